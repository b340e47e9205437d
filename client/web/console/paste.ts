import type { Job } from '../../../server/contract/jobs.ts'
import { limits } from '../../../server/contract/limits.ts'
import type { TransportConfig } from '../../../server/contract/transports.ts'

/** What a paste would do, so that the person can decide before it does. */
export interface PastePlan {
  /** Without control characters other than tab and line ends: an escape among them could end a bracketed paste, and run what follows. */
  text: string
  lines: string[]
  removed: number
  /** Which they are, each once, in caret notation. */
  controls: string
  bytes: number
  /** The last line ends too: it will run. */
  ends: boolean
  /** One line without a line end runs nothing and needs no question. */
  ask: boolean
  /** More than the gateway takes at a time. */
  tooLarge: boolean
  /** The gateway types it, at the line's speed and with an eye on what comes back. */
  paced: boolean
}

/** One line up to this is typed at once: the gateway too is never further ahead of what has come back. */
const atOnceBytes = 256

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

export function planPaste(pasted: string): PastePlan {
  const text = pasted.replace(controls, '')
  const removed = pasted.match(controls) ?? []
  const parts = text.split(/\r\n|\r|\n/)
  const ends = parts.length > 1 && parts.at(-1) === ''
  // A line end at the end runs the last line; it does not begin another.
  const lines = ends ? parts.slice(0, -1) : parts
  const bytes = new TextEncoder().encode(text).length
  const tooLarge = bytes > limits.pasteBytes
  return {
    text,
    lines,
    removed: removed.length,
    controls: [...new Set(removed)].map(signOf).join(' '),
    bytes,
    ends,
    ask: parts.length > 1 || removed.length > 0 || tooLarge,
    tooLarge,
    paced: parts.length > 1 || bytes > atOnceBytes,
  }
}

/** The least time it takes to type so much on this line, seconds: at its own speed, or that of nearly every console. */
export function typingSeconds(transport: TransportConfig, bytes: number): number {
  const serial =
    transport.kind === 'telnet' ? transport.serial : transport.kind === 'tty' ? transport : undefined
  return bytes / ((serial?.baud ?? 115_200) / 10)
}

/** Lines, counted from 1, that did not arrive whole, and the text from the first of them on. */
export function missingLines(text: string, missing: Job['missing']): { lines: string; rest: string } | null {
  const [first] = missing
  if (first === undefined) return null
  const bytes = new TextEncoder().encode(text)
  const decoder = new TextDecoder()
  const before = decoder.decode(bytes.subarray(0, first.from))
  const all = planPaste(text).lines.length
  // What stops right before a line end leaves that line without its Enter.
  const number = before.split(/\r\n|\r|\n/).length
  const start = before.length - (before.split(/\r\n|\r|\n/).at(-1)?.length ?? 0)
  return { lines: number === all ? `line ${all}` : `lines ${number} to ${all}`, rest: text.slice(start) }
}

/** As terminals show it: `^G`. The second set has no such signs. */
function signOf(control: string): string {
  const code = control.charCodeAt(0)
  if (code === 0x7f) return '^?'
  return code < 0x20 ? `^${String.fromCharCode(0x40 + code)}` : `U+00${code.toString(16).toUpperCase()}`
}
