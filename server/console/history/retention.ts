import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sealedFile } from './names.ts'
import { removeSegment, type Segment, type Segments } from './segments.ts'

export interface RetentionOptions {
  folder: string
  segments: Segments
  maxBytes: number
  /** Undefined: age is no reason now. */
  maxAgeDays: number | undefined
  now: number
  /** The segment being written stays. */
  current: Segment | undefined
}

const dayMs = 24 * 60 * 60 * 1000

/** Removes the oldest segments while all together are too large, or they are too old. Rejects as system calls do. */
export async function removeOldSegments(options: RetentionOptions): Promise<void> {
  const { folder, segments, current } = options
  for (;;) {
    const oldest = segments.first
    if (oldest === undefined || oldest === current || !(await mustGo(oldest, options))) return
    // First out of the list, so that a reader that finds no file does not look for it again.
    segments.remove(oldest)
    await removeSegment(folder, oldest)
  }
}

async function mustGo(oldest: Segment, options: RetentionOptions): Promise<boolean> {
  const { segments, maxBytes, maxAgeDays, now } = options
  const bytes = segments.all.reduce((sum, { start, end }) => sum + end - start, 0)
  if (bytes > maxBytes) return true
  if (maxAgeDays === undefined) return false
  oldest.lastAt ??= await lastWrite(options.folder, oldest)
  return now - oldest.lastAt > maxAgeDays * dayMs
}

async function lastWrite(folder: string, { start, end }: Segment): Promise<number> {
  return (await stat(join(folder, sealedFile(start, end)))).mtimeMs
}
