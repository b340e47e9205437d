import type { Memory } from './memory.ts'
import type { Segment } from './segments.ts'

/** Bytes that are not on disk, by offset. */
export interface Tail {
  start: number
  bytes: Uint8Array
}

export type SegmentOutline = Readonly<Pick<Segment, 'start' | 'end' | 'kind' | 'lastAt' | 'indexBytes'>>

/** A history as it stood at one moment, for whoever reads much of it elsewhere. Plain data: it goes to another thread. */
export interface Outline {
  folder: string
  /** Oldest first. A raw one may have been sealed, and any be removed, by the time it is read. */
  segments: SegmentOutline[]
  /** Times that are not on disk, in the order of the stream. */
  times: { offset: number; at: number }[]
  /** Offset of the oldest byte held. */
  oldest: number
  end: number
  lastAt: number | null
}

export interface Snapshot extends Outline {
  /** Behind the segments, oldest first. */
  tail: Tail[]
}

/** Copies what memory holds of [from, to). */
export function tailOf(memory: Pick<Memory, 'nextHeld' | 'views'>, from: number, to: number): Tail[] {
  const tail: Tail[] = []
  for (let at = memory.nextHeld(from); at < to; ) {
    const bytes = Buffer.concat(memory.views(at, to - at))
    if (bytes.length === 0) break
    tail.push({ start: at, bytes })
    at = memory.nextHeld(at + bytes.length)
  }
  return tail
}
