import type { FileReport } from './program/report.ts'

/** What Dropbear reads of a file since 2026.92: so many lines, and nothing from the first line of so many bytes on. */
const mostLines = 300
const longLine = 10_000

/** Why a Dropbear of that version does not come to a line of a file, or may not. Which version it is, nobody tells. */
export function outOfReach({ found, size }: FileReport, number: number): string | undefined {
  if (number > mostLines) {
    return `Dropbear since 2026.92 reads the first ${mostLines} lines alone, and this is line ${number}: move it up, or take out lines that nobody needs`
  }
  if (found.some((line) => line.number < number && line.text.length >= longLine)) {
    return `Dropbear since 2026.92 stops at a line of ${longLine} bytes, and one stands before this key: take that out, or move the key up`
  }
  const seen = found.reduce((sum, { text }) => sum + text.length + 1, 0)
  if (size - seen < longLine) return undefined
  return `Dropbear since 2026.92 stops at a line of ${longLine} bytes: look whether one stands before this key`
}
