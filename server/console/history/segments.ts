import { join } from 'node:path'
import { type Files, sharedFiles } from './files.ts'
import { indexFile, parseSegmentName, rawFile, sealedFile, unfinished } from './names.ts'

/** A span of history on disk without a hole in it. */
export interface Segment {
  readonly start: number
  end: number
  kind: 'raw' | 'sealed'
  /** Wall time of its last write, ms; undefined until somebody asks. */
  lastAt: number | undefined
  /** Length of a raw segment's index; undefined until somebody reads it. */
  indexBytes?: number
}

/** The segments of one history, oldest first, never overlapping. */
export class Segments {
  #list: Segment[] = []

  get all(): readonly Segment[] {
    return this.#list
  }

  get first(): Segment | undefined {
    return this.#list[0]
  }

  get last(): Segment | undefined {
    return this.#list.at(-1)
  }

  /** The segment that holds the byte at `offset`. */
  at(offset: number): Segment | undefined {
    const segment = this.#list[this.#indexOf(offset)]
    return segment !== undefined && offset < segment.end ? segment : undefined
  }

  /** The first segment that begins after `offset`. */
  after(offset: number): Segment | undefined {
    return this.#list[this.#indexOf(offset) + 1]
  }

  /** Segments that hold or touch any of [from, to]. */
  touching(from: number, to: number): Segment[] {
    return this.#list.filter(({ start, end }) => start <= to && end >= from)
  }

  /** Adds the newest segment. */
  push(segment: Segment): void {
    this.#list.push(segment)
  }

  remove(segment: Segment): void {
    this.#list = this.#list.filter((other) => other !== segment)
  }

  /** Index of the last segment that begins at or before `offset`. */
  #indexOf(offset: number): number {
    return this.#list.findLastIndex(({ start }) => start <= offset)
  }
}

/** What a folder holds; nothing when there is none. Removes what an interrupted gateway left half done. */
export async function scanFolder(folder: string, files: Files): Promise<Segment[]> {
  const names = await files.readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const parsed = names.map(parseSegmentName).filter((name) => name !== undefined)
  const sealed = parsed
    .filter((name) => name.kind === 'sealed')
    .map(({ start, end }): Segment => ({ start, end, kind: 'sealed', lastAt: undefined }))
  const sealedStarts = new Set(sealed.map(({ start }) => start))
  const rawStarts = parsed.filter(({ kind, start }) => kind === 'raw' && !sealedStarts.has(start))
  const raw = await Promise.all(rawStarts.map(({ start }) => rawSegment(folder, start, files)))
  await removeLeftovers(folder, names, new Set(raw.map(({ start }) => start)), files)
  const segments = [...sealed, ...raw].sort((a, b) => a.start - b.start)
  for (const [index, segment] of segments.entries()) {
    // A write that failed half-way may have left bytes that a later segment holds too. They are the same bytes.
    segment.end = Math.min(segment.end, segments[index + 1]?.start ?? segment.end)
  }
  return segments
}

async function rawSegment(folder: string, start: number, files: Files): Promise<Segment> {
  const { size, mtimeMs } = await files.stat(join(folder, rawFile(start)))
  return { start, end: start + size, kind: 'raw', lastAt: Math.round(mtimeMs) }
}

async function removeLeftovers(
  folder: string,
  names: string[],
  raw: ReadonlySet<number>,
  files: Files,
): Promise<void> {
  const left = names.filter((name) => {
    if (name.endsWith(unfinished)) return true
    const start = Number.parseInt(name, 10)
    return (name === rawFile(start) || name === indexFile(start)) && !raw.has(start)
  })
  for (const name of left) await files.unlink(join(folder, name))
}

/** Removes a segment's files, of a raw one also what was to become its sealed form. What is gone already is no failure. */
export async function removeSegment(
  folder: string,
  { kind, start, end }: Segment,
  files: Files = sharedFiles,
): Promise<void> {
  const sealed = sealedFile(start, end)
  const names = kind === 'sealed' ? [sealed] : [rawFile(start), indexFile(start), `${sealed}${unfinished}`]
  for (const name of names) {
    await files.unlink(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
}
