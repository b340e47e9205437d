import { bytes } from '../words/count.ts'

/** A part of history by offsets; null is its own end of it. */
export interface Marked {
  from: number | null
  to: number | null
}

/** The bytes of a span, gaps counted in: what a download holds at most. */
export function sizeOf({ from, to }: Marked, oldest: number, end: number): number {
  return Math.max(0, Math.min(to ?? end, end) - Math.max(from ?? oldest, oldest))
}

/** How large the file will be. The other formats leave escape sequences out or put times in, and are told roughly. */
export function fileSize(format: 'raw' | 'text' | 'asciicast', size: number): string {
  if (format === 'raw') return `${bytes(size)} at most`
  return format === 'text' ? `about ${bytes(size)} or less` : `about ${bytes(Math.ceil(size * 1.3))}`
}
