import type { TransportOf } from '../../contract/transports.ts'

type PresetName = TransportOf<'ssh'>['preset']

/** How to get from an SSH login to the console of the machine behind it. */
export interface Preset {
  /** The product, as its users call it, for messages. */
  name: string
  /**
   * How the start command reaches the far end: `run` asks for it instead of a shell (RFC 4254 section 6.5), `type` types it, a line
   * after each prompt. Without a command the shell itself is the console.
   */
  start: { how: 'run' } | TypedStart
  /**
   * Modes of the terminal at the far end. `raw` where the login is the console at once and every byte must pass; `person` where a
   * command line comes first: it expects the terminal that people have, and its console command makes it raw by itself.
   */
  terminal: 'raw' | 'person'
  /** Whether a break request (RFC 4335) reaches the line. BMCs take it for their own terminal, where it is lost. */
  passesBreak: boolean
}

export interface TypedStart {
  how: 'type'
  lines: string[]
  /** Ends the output when the command line waits for input. */
  prompt: RegExp
  /** What the far end says when the console is open; absent where no such text is known. */
  started?: RegExp
  /** What it says when somebody else has the console. */
  busy: RegExp
}

/** Words that BMCs of all makes use when the console is taken. */
const taken = /\b(?:in use|already (?:active|in progress|open)|another session|busy)\b/i

const presets: Record<PresetName, Preset> = {
  none: { name: 'the far end', start: { how: 'run' }, terminal: 'raw', passesBreak: true },
  idrac: {
    name: 'iDRAC',
    start: {
      how: 'type',
      lines: ['console com2'],
      prompt: /(?:racadm>>|\/admin1->) ?$/,
      started: /Connected to Serial Device|To end type/i,
      busy: taken,
    },
    terminal: 'person',
    passesBreak: false,
  },
  ilo: {
    name: 'iLO',
    start: {
      how: 'type',
      lines: ['vsp'],
      prompt: /iLO-> ?$/i,
      started: /Press 'ESC \('|Virtual Serial Port Active/i,
      busy: taken,
    },
    terminal: 'person',
    passesBreak: false,
  },
  xcc: {
    name: 'XCC',
    start: { how: 'type', lines: ['console 1'], prompt: /system> ?$/, busy: taken },
    terminal: 'person',
    passesBreak: false,
  },
  supermicro: {
    name: 'the Supermicro BMC',
    start: {
      how: 'type',
      lines: ['cd system1/sol1', 'start'],
      prompt: /-> ?$/,
      started: /to terminate session/i,
      busy: taken,
    },
    terminal: 'person',
    passesBreak: false,
  },
  openbmc: { name: 'OpenBMC', start: { how: 'run' }, terminal: 'person', passesBreak: false },
}

/** The preset of a device with its own start command in it, if it has one. */
export function presetFor(config: { preset: PresetName; startCommand?: string | undefined }): Preset & {
  command: string | undefined
} {
  const preset = presets[config.preset]
  const command = config.startCommand?.trim() || undefined
  if (command === undefined || preset.start.how === 'run') return { ...preset, command }
  const lines = command.split(';').map((line) => line.trim())
  return { ...preset, command, start: { ...preset.start, lines: lines.filter((line) => line !== '') } }
}
