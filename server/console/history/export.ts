import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Gap } from '../../contract/console.ts'
import type { DownloadFormat } from '../../contract/history.ts'
import { Asciicast } from './asciicast.ts'
import type { Places } from './places.ts'
import type { CountedGap } from './recent-gaps.ts'
import { TextExport } from './text-export.ts'
import type { Item } from './weave.ts'

/** One block of a sealed segment: each is decompressed once. */
const fetchBytes = 256 * 1024
/** Converting so much takes well below a millisecond; then consoles have their turn. */
const convertBytes = 16 * 1024

/** What an export reads: memory first, and what memory does not hold from the disk. See History. */
export interface ExportSource {
  readonly places: Places
  next(position: number, told: number, max: number): Step
  fetch(position: number, max: number): Promise<Item[]>
}

type Step =
  | { kind: 'bytes'; bytes: Uint8Array; release(): void }
  | { kind: 'gap'; counted: CountedGap }
  | { kind: 'disk' }
  | { kind: 'live' }

export interface ExportOptions {
  history: ExportSource
  format: DownloadFormat
  from: number
  to: number
  size: { rows: number; cols: number }
  title: string
}

/** A span of history as a file, piece by piece. */
export function exportHistory(options: ExportOptions): AsyncGenerator<Uint8Array | string> {
  return exporters[options.format](options)
}

const exporters: Record<DownloadFormat, (options: ExportOptions) => AsyncGenerator<Uint8Array | string>> = {
  async *raw(options) {
    for await (const item of itemsOf(options)) if (item.kind === 'bytes') yield item.bytes
  },

  async *text(options) {
    const text = new TextExport()
    for await (const item of smallItemsOf(options)) {
      yield item.kind === 'gap' ? text.gap(item.gap) : text.bytes(item.bytes)
    }
    yield text.end()
  },

  async *asciicast(options) {
    const { from, history, size, title } = options
    const { places } = history
    const startedAt = (await places.timeAt(from)).at ?? 0
    const cast = new Asciicast({ startedAt })
    yield cast.header({ size, startedAt, title })
    for await (const item of smallItemsOf(options)) {
      if (item.kind === 'gap') yield cast.gap(item.gap)
      else for (const { bytes, at } of await timed(places, item)) yield cast.output(bytes, at)
    }
    yield cast.end()
  },
}

async function* itemsOf({ history, from, to }: ExportOptions): AsyncGenerator<Item> {
  let at = from
  let told = 0
  /** Gaps told at this place: the disk and memory may both know one. */
  let here: Gap[] = []
  while (at < to) {
    const step = history.next(at, told, Math.min(fetchBytes, to - at))
    if (step.kind === 'live') return
    const items =
      step.kind === 'disk' ? await history.fetch(at, Math.min(fetchBytes, to - at)) : [itemOf(step, at)]
    if (items.length === 0) return
    if (step.kind === 'gap') told = step.counted.seq
    for (const item of items) {
      if (item.kind === 'gap') {
        const { gap } = item
        if (here.some((known) => isDeepStrictEqual(known, gap))) continue
        here.push(gap)
        yield { kind: 'gap', gap: within(gap, to) }
        at = Math.max(at, gap.to)
      } else {
        const { from, bytes } = item
        yield { kind: 'bytes', from, bytes: kept(item) }
        at = from + bytes.length
        here = []
      }
    }
  }
}

function itemOf(step: Extract<Step, { kind: 'bytes' } | { kind: 'gap' }>, from: number): Item {
  if (step.kind === 'gap') return { kind: 'gap', gap: step.counted.gap }
  return { kind: 'bytes', from, bytes: step.bytes, release: () => step.release() }
}

/** Copied where it is lent: the answer may hold it for longer. */
function kept({ bytes, release }: Extract<Item, { kind: 'bytes' }>): Uint8Array {
  if (release === undefined) return bytes
  const copy = Buffer.from(bytes)
  release()
  return copy
}

const within = (gap: Gap, to: number): Gap => ({ ...gap, to: Math.max(gap.from, Math.min(gap.to, to)) })

async function* smallItemsOf(options: ExportOptions): AsyncGenerator<Item> {
  for await (const item of itemsOf(options)) {
    if (item.kind === 'gap') yield item
    else {
      for (let at = 0; at < item.bytes.length; at += convertBytes) {
        yield { kind: 'bytes', from: item.from + at, bytes: item.bytes.subarray(at, at + convertBytes) }
        await setImmediate()
      }
    }
  }
}

/** Cut where the index knows a time. */
async function timed(
  places: Places,
  { from, bytes }: { from: number; bytes: Uint8Array },
): Promise<{ bytes: Uint8Array; at: number | undefined }[]> {
  const parts: { bytes: Uint8Array; at: number | undefined }[] = []
  let begin = 0
  let at: number | undefined
  for (const mark of await places.timesIn(from, from + bytes.length)) {
    if (mark.offset - from > begin) parts.push({ bytes: bytes.subarray(begin, mark.offset - from), at })
    begin = mark.offset - from
    at = mark.at
  }
  return [...parts, { bytes: bytes.subarray(begin), at }]
}
