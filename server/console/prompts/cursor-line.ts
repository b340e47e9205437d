import type { ScreenView } from '../screen/screen.ts'
import { messageAt } from './messages.ts'

/** The line that the cursor stands in, over all the rows that it takes, without messages printed into it. */
export interface CursorLine {
  /** Up to the cursor, with the blanks before it. */
  before: string
  /** From the cursor on, without blanks at the end. */
  after: string
  /** The lines above, nearest first, messages left out. */
  above: string[]
  /** A message was printed into this line. */
  disturbed: boolean
}

/**
 * The screen does not tell a line that goes on in the next row from one that just fills its row: with `joined` full rows go on, without
 * each row is a line.
 */
export function cursorLine(view: ScreenView, joined: boolean): CursorLine {
  const { row, col } = view.cursor
  const lines = linesTo(view, row, joined ? view.size.cols : Number.POSITIVE_INFINITY)
  const last = lines.pop() ?? ''
  const start = last.length - rowText(view, row).length
  const padded = last.padEnd(start + col)
  const own = { before: padded.slice(0, start + col), after: padded.slice(start + col).trimEnd() }
  return withoutMessages(own, lines)
}

/**
 * A message in the middle of a line ends it, and what is typed then stands in the next: the line is what came before the message and what
 * stands after it.
 */
function withoutMessages(own: Pick<CursorLine, 'before' | 'after'>, lines: string[]): CursorLine {
  const inOwn = messageAt(own.before)
  if (inOwn !== undefined) {
    return { before: own.before.slice(0, inOwn), after: '', above: quietLines(lines), disturbed: true }
  }
  let last = lines.length - 1
  while (last >= 0 && messageAt(lines[last] ?? '') === 0) last -= 1
  const torn = lines[last] ?? ''
  const at = messageAt(torn)
  if (at === undefined) return { ...own, above: quietLines(lines), disturbed: false }
  return {
    before: torn.slice(0, at) + own.before,
    after: own.after,
    above: quietLines(lines.slice(0, last)),
    disturbed: true,
  }
}

function quietLines(lines: string[]): string[] {
  return lines
    .map((line) => line.slice(0, messageAt(line)).trimEnd())
    .filter((line) => line !== '')
    .reverse()
}

/** Lines down to a row. A row of `full` letters goes on in the next. */
function linesTo(view: ScreenView, row: number, full: number): string[] {
  const lines: string[] = []
  let open = ''
  for (let index = 0; index < row; index += 1) {
    const text = rowText(view, index)
    open += text
    if (text.length >= full) continue
    lines.push(open)
    open = ''
  }
  return [...lines, open + rowText(view, row)]
}

function rowText({ rows }: ScreenView, row: number): string {
  return rows[row] ?? ''
}
