import { limits } from '../../../server/contract/limits.ts'

/** What a paste would do, so that the person can decide before it does. */
export interface PastePlan {
  /** Without control characters other than tab and line ends: an escape among them could end a bracketed paste, and run what follows. */
  text: string
  lines: string[]
  removed: number
  /** One line without a line end runs nothing and needs no question. */
  ask: boolean
  /** More than the gateway takes at a time. */
  tooLarge: boolean
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

export function planPaste(pasted: string): PastePlan {
  const text = pasted.replace(controls, '')
  const removed = pasted.length - text.length
  const parts = text.split(/\r\n|\r|\n/)
  // A line end at the end runs the last line; it does not begin another.
  const lines = parts.at(-1) === '' ? parts.slice(0, -1) : parts
  const tooLarge = new TextEncoder().encode(text).length > limits.inputBytesPerSecond
  return { text, lines, removed, ask: parts.length > 1 || removed > 0 || tooLarge, tooLarge }
}
