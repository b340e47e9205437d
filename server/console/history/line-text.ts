import { seenText } from '../plain-text.ts'
import { endsLine, plainLine } from './plain-line.ts'
import { decoderOf, type LineMatch } from './search-pattern.ts'

/** Characters of a line that are shown before, within and behind a match. */
const shown = { before: 400, match: 400, after: 400 }

/** What is shown of a matching line, and where the match stands in it, in UTF-16 units. */
export function lineText({ parts: [before, match, after] }: Pick<LineMatch, 'parts'>): {
  line: string
  range: [number, number]
} {
  const head = seenText(before.slice(-shown.before))
  const middle = seenText(match.slice(0, shown.match))
  const line = head + middle + seenText(after.slice(0, shown.after))
  return { line: line.toWellFormed(), range: [head.length, head.length + middle.length] }
}

/** Lines that are not blank, as plain text. */
export function plainLines(bytes: Buffer): string[] {
  const lines: string[] = []
  for (let from = 0; from < bytes.length; ) {
    let to = from
    while (to < bytes.length && !endsLine(bytes[to])) to++
    const plain = plainLine(bytes.subarray(from, to)).bytes
    const line = seenText(decoderOf(plain)(plain)).slice(0, shown.before + shown.match + shown.after)
    if (line.trim() !== '') lines.push(line.toWellFormed())
    from = to + 1
  }
  return lines
}
