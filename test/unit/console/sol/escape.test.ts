import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakSequence, EscapeCodec } from '../../../../server/console/sol/escape.ts'

const escapeByte = Buffer.from(EscapeCodec.argument)[0] ?? 0
/** Bytes that mean something to ipmitool, as often as all others. */
const byte = fc.oneof(
  fc.constantFrom(escapeByte, 13, 10, 46, 66, 63, 26, 24, 0x7e),
  fc.integer({ min: 0, max: 255 }),
)
const pieces = fc.array(fc.array(byte, { maxLength: 20 }).map((bytes) => Uint8Array.from(bytes)))

/** What ipmitool 1.8.19 does with what is typed: what goes to the device, and what it takes for itself. */
function ipmitool(typed: Uint8Array): { sent: number[]; commands: number[] } {
  const [sent, commands]: [number[], number[]] = [[], []]
  let pending = false
  let lineStart = true
  for (const byte of typed) {
    if (pending) {
      pending = false
      if ([46, 66, 63, 26, 24].includes(byte)) {
        commands.push(byte)
        continue
      }
      if (byte !== escapeByte) sent.push(escapeByte)
    } else if (lineStart && byte === escapeByte) {
      pending = true
      continue
    }
    sent.push(byte)
    lineStart = byte === 13 || byte === 10
  }
  return { sent, commands }
}

describe('what is typed to ipmitool', () => {
  it('goes to the device as it is, and none of it to ipmitool', () => {
    fc.assert(
      fc.property(pieces, (typed) => {
        const codec = new EscapeCodec()
        const passed = ipmitool(Buffer.concat(typed.map((piece) => codec.encode(piece))))
        expect(passed).toEqual({ sent: [...Buffer.concat(typed)], commands: [] })
      }),
    )
  })

  it('can have a BREAK wherever the codec says that a line begins', () => {
    fc.assert(
      fc.property(pieces, pieces, (before, after) => {
        const codec = new EscapeCodec()
        const typed = before.map((piece) => codec.encode(piece))
        fc.pre(codec.atLineStart)
        typed.push(breakSequence, ...after.map((piece) => codec.encode(piece)))
        const passed = ipmitool(Buffer.concat(typed))
        expect(passed).toEqual({ sent: [...Buffer.concat([...before, ...after])], commands: [66] })
      }),
    )
  })
})
