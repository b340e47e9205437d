import type { IBufferRange, Terminal } from '@xterm/xterm'

/** Enough to recognise a link by. */
const mostLetters = 100

/** What stands in a range of the screen. Its places count from 1. */
export function wordsIn(
  { buffer: { active } }: Pick<Terminal, 'buffer'>,
  { start, end }: IBufferRange,
): string {
  let words = ''
  for (let y = start.y; y <= end.y && words.length < mostLetters; y++) {
    const from = y === start.y ? start.x - 1 : 0
    words += active.getLine(y - 1)?.translateToString(false, from, y === end.y ? end.x : undefined) ?? ''
  }
  return words.trim().slice(0, mostLetters)
}
