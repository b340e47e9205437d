/** Decimal digits of Number.MAX_SAFE_INTEGER, so that names sort as offsets do. */
const digits = 16

const rawName = /^(\d{16})\.log$/
const sealedName = /^(\d{16})-(\d{16})\.seg$/

/** A segment that is being written: the bytes as they were printed, readable with any tool. */
export function rawFile(start: number): string {
  return `${pad(start)}.log`
}

/** Index beside a raw segment, see records.ts. */
export function indexFile(start: number): string {
  return `${pad(start)}.idx`
}

/** A segment that is complete: compressed blocks and the index in one file, see sealed-file.ts. */
export function sealedFile(start: number, end: number): string {
  return `${pad(start)}-${pad(end)}.seg`
}

/** Not yet complete files end with this; what is found at start was interrupted. */
export const unfinished = '.tmp'

export const stateFile = 'state'

export type SegmentName = { kind: 'raw'; start: number } | { kind: 'sealed'; start: number; end: number }

export function parseSegmentName(name: string): SegmentName | undefined {
  const raw = rawName.exec(name)
  if (raw !== null) return { kind: 'raw', start: Number(raw[1]) }
  const sealed = sealedName.exec(name)
  if (sealed === null) return undefined
  return { kind: 'sealed', start: Number(sealed[1]), end: Number(sealed[2]) }
}

function pad(offset: number): string {
  return String(offset).padStart(digits, '0')
}
