import { constants } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Gap } from '../../contract/console.ts'
import type { Files } from './files.ts'
import { GapCache, lastGaps } from './gap-cache.ts'
import { indexFile, rawFile, sealedFile } from './names.ts'
import { resumeHistory } from './resume.ts'
import { removeSegment, type Segment, scanFolder } from './segments.ts'
import { readState } from './state-file.ts'
import { verifiedEnd } from './verify.ts'

export interface OpenedFolder {
  segments: Segment[]
  /** End of what is on disk. */
  diskEnd: number
  /** Where history goes on. */
  next: number
  /** Recorded gaps that stand exactly there: nothing was printed since. */
  gapsAtEnd: Gap[]
  /** What to record before anything else. */
  gaps: Gap[]
  /** The newest segment when it can be gone on with, and the length of its index. */
  current: { segment: Segment; indexBytes: number } | undefined
  /** Wall time of the last write, ms; null when there never was one. */
  lastAt: number | null
  /** Number of the last state that was noted; 0 when there is none. */
  seq: number
}

export interface FolderOptions {
  folder: string
  segmentBytes: number
  boot: string
  now: number
}

/**
 * Finds out where a history stands, after a clean end, a killed gateway or a power failure. A console that has never been held has no folder
 * yet. Rejects as system calls do.
 */
export async function openFolder(options: FolderOptions, files: Files): Promise<OpenedFolder> {
  const { folder, boot, now } = options
  const state = await readState(folder, files)
  const segments = await scanFolder(folder, files)
  const powerFailed = state !== undefined && !state.clean && state.boot !== boot
  if (powerFailed) await cutUnproved(folder, segments, files)
  const emptied = await takeEmptyLast(folder, segments, files)
  const last = segments.at(-1)
  const lastAt = await lastWrite(folder, last, files)
  const diskEnd = last?.end ?? 0
  const known = state !== undefined || last !== undefined || emptied.length > 0
  if (!known) await demandPlace(folder, files)
  const { carried, accounted } = goOnFrom(diskEnd, emptied)
  const found = { diskEnd: accounted, lastAt: lastAt ?? 0, state, known }
  const { next, gaps } = resumeHistory(found, boot, now)
  return {
    segments,
    diskEnd,
    next,
    gapsAtEnd: last === undefined ? [] : await gapsAt(folder, last, next, files),
    gaps: [...carried, ...gaps],
    current: next === diskEnd ? await goOnWith(options, last, files) : undefined,
    lastAt,
    seq: state?.seq ?? 0,
  }
}

/** Its folder is made when there is something to note; that it can be is found out now, while the console can go on elsewhere. */
async function demandPlace(folder: string, files: Files): Promise<void> {
  const parent = dirname(folder)
  await files.mkdir(parent, { recursive: true, mode: 0o700 })
  await files.access(parent, constants.W_OK | constants.X_OK)
}

/** Gaps that go on where the disk ends, without a break. What they tell of is accounted for, although no byte of it is there. */
function goOnFrom(diskEnd: number, gaps: Gap[]): { carried: Gap[]; accounted: number } {
  let accounted = diskEnd
  const carried: Gap[] = []
  for (const gap of gaps) {
    if (gap.from > accounted) break
    carried.push(gap)
    accounted = Math.max(accounted, gap.to)
  }
  return { carried, accounted }
}

/** Only raw segments: a sealed one was synced before it got its name, and its blocks have sums. */
async function cutUnproved(folder: string, segments: Segment[], files: Files): Promise<void> {
  for (const segment of segments) {
    if (segment.kind !== 'raw') continue
    const end = await verifiedEnd(folder, segment)
    if (end < segment.end) await files.truncate(join(folder, rawFile(segment.start)), end - segment.start)
    segment.end = end
  }
}

/** Takes out empty segments at the end, which hold nothing but gaps, so that restarts of a silent console leave no files behind. */
async function takeEmptyLast(folder: string, segments: Segment[], files: Files): Promise<Gap[]> {
  const gaps: Gap[] = []
  for (;;) {
    const last = segments.at(-1)
    if (last === undefined || last.kind !== 'raw' || last.end > last.start) return gaps
    gaps.unshift(...(await new GapCache(folder).of(last)))
    await removeSegment(folder, last, files)
    segments.pop()
  }
}

async function gapsAt(folder: string, last: Segment, offset: number, files: Files): Promise<Gap[]> {
  const gaps = last.kind === 'raw' ? await lastGaps(folder, last, files) : await new GapCache(folder).of(last)
  return gaps.filter((gap) => gap.from === offset)
}

async function lastWrite(folder: string, last: Segment | undefined, files: Files): Promise<number | null> {
  if (last === undefined) return null
  if (last.lastAt !== undefined) return last.lastAt
  return Math.round((await files.stat(join(folder, sealedFile(last.start, last.end)))).mtimeMs)
}

async function goOnWith(
  { folder, segmentBytes }: FolderOptions,
  last: Segment | undefined,
  files: Files,
): Promise<OpenedFolder['current']> {
  if (last?.kind !== 'raw' || last.end - last.start >= segmentBytes) return undefined
  const indexBytes = await files.stat(join(folder, indexFile(last.start))).then(
    ({ size }) => size,
    () => 0,
  )
  return { segment: last, indexBytes }
}
