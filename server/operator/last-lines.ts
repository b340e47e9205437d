import { seenText } from '../console/plain-text.ts'
import type { ScreenView } from '../console/screen/screen.ts'

const shownLines = 8

/** The last lines that stand on a screen, fit to show to a person. */
export function lastLines(view: ScreenView | undefined): string[] {
  const rows = (view?.rows ?? []).map((row) => seenText(row).trimEnd())
  while (rows.at(-1) === '') rows.pop()
  return rows.slice(-shownLines)
}
