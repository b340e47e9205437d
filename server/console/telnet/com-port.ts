import type { TransportOf } from '../../contract/transports.ts'
import { command, iac, option } from './codes.ts'

export type SerialSettings = NonNullable<TransportOf<'telnet'>['serial']>

/** Commands of RFC 2217 section 3, from client to server. The server answers each with its number plus 100. */
const set = { baud: 1, dataBits: 2, parity: 3, stopBits: 4, control: 5 } as const
const answerOffset = 100
/** Values of SET-CONTROL. */
const control = { breakOn: 5, breakOff: 6, dtrOn: 8, dtrOff: 9, rtsOn: 11, rtsOff: 12 } as const
const parities = { none: 1, odd: 2, even: 3 } as const

export const breakOn = comPortCommand(set.control, [control.breakOn])
export const breakOff = comPortCommand(set.control, [control.breakOff])

/** A setting we asked for that the far end answered with another value. */
export interface SettingRefused {
  name: string
  asked: number
  got: number
}

/**
 * Sets a far end's serial line and hears what it made of that. DTR and RTS are set as well, but no answer is expected: ser2net gives
 * none when the port has no such lines, and the answers to BREAK have the same number.
 */
export class ComPort {
  readonly #unanswered: { name: string; answer: number; value: readonly number[] }[]
  readonly refused: SettingRefused[] = []
  /** Bytes that set the line. */
  readonly request: Buffer

  constructor(settings: SerialSettings) {
    const line = [
      { name: 'baud', code: set.baud, value: uint32(settings.baud) },
      { name: 'data bits', code: set.dataBits, value: [settings.dataBits] },
      { name: 'parity', code: set.parity, value: [parities[settings.parity]] },
      { name: 'stop bits', code: set.stopBits, value: [settings.stopBits] },
    ]
    this.#unanswered = line.map(({ name, code, value }) => ({ name, answer: code + answerOffset, value }))
    this.request = Buffer.concat([
      ...line.map(({ code, value }) => comPortCommand(code, value)),
      comPortCommand(set.control, [settings.dtr ? control.dtrOn : control.dtrOff]),
      comPortCommand(set.control, [settings.rts ? control.rtsOn : control.rtsOff]),
    ])
  }

  get isWaiting(): boolean {
    return this.#unanswered.length > 0
  }

  /** Takes a subnegotiation of the far end. Notices of line and modem state (106, 107) and flow control (108, 109) mean nothing to us. */
  receive(bytes: Uint8Array): void {
    const [answer, ...value] = bytes
    const index = this.#unanswered.findIndex((one) => one.answer === answer)
    const [setting] = index < 0 ? [] : this.#unanswered.splice(index, 1)
    if (setting === undefined || value.join() === setting.value.join()) return
    this.refused.push({ name: setting.name, asked: number(setting.value), got: number(value) })
  }
}

/** `IAC SB COM-PORT-OPTION <command> <value> IAC SE`, 0xFF in the value doubled (RFC 2217 section 2). */
function comPortCommand(code: number, value: readonly number[]): Buffer {
  const doubled = value.flatMap((byte) => (byte === iac ? [iac, iac] : [byte]))
  return Buffer.from([iac, command.sb, option.comPort, code, ...doubled, iac, command.se])
}

const uint32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
]

const number = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0)
