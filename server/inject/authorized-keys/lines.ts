import { dropbearMeaning } from './dropbear.ts'
import type { LineMeaning } from './meaning.ts'
import { openSshMeaning } from './openssh.ts'

export type Server = 'openssh' | 'dropbear'

/** One line of a file as the device has it, counted from 1, without its LF. */
export interface Line {
  number: number
  /** Latin1: one character for each byte. */
  text: string
}

/** The lines of a whole file. */
export function linesOf(bytes: Uint8Array): Line[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const lines = text.split('\n').map((text, index) => ({ number: index + 1, text }))
  if (lines.at(-1)?.text === '') lines.pop()
  return lines
}

/** What a line between two LFs means, as the server cuts it: Dropbear sees several where there is a CR. */
export function readingsOf(text: string, server: Server): { text: string; meaning: LineMeaning }[] {
  if (server === 'openssh') return [{ text, meaning: openSshMeaning(text) }]
  return text.split('\r').map((text) => ({ text, meaning: dropbearMeaning(text) }))
}
