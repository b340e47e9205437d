import { rm } from 'node:fs/promises'
import type { Clock } from '../../base/clock.ts'
import { AppError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Gap } from '../../contract/console.ts'
import type { RecordingState } from '../../contract/line.ts'
import type { HistorySettings } from '../settings.ts'
import { Archive } from './archive.ts'
import { Keep } from './keep.ts'
import { type Lent, Memory } from './memory.ts'
import type { OpenedFolder } from './open-folder.ts'
import type { Opening } from './opener.ts'
import { Places } from './places.ts'
import { RawFile } from './raw-file.ts'
import { type CountedGap, RecentGaps } from './recent-gaps.ts'
import { Recorder } from './recorder.ts'
import { Reserve } from './reserve.ts'
import type { Scribe } from './scribe.ts'
import { Segments } from './segments.ts'
import type { HistorySlice } from './slice.ts'
import { type Outline, type Snapshot, tailOf } from './snapshot.ts'
import { markMs } from './timeline.ts'
import { sealAfterMs, Upkeep } from './upkeep.ts'
import type { Item } from './weave.ts'

const kib = 1024

/** A mark in the time index at least after so much, and after `markMs`, while the device prints. */
const markBytes = 64 * kib
/** Output that goes on after so long gets a mark too, so that it can be played back as it came. */
const pauseMs = 50

export interface HistoryOptions {
  folder: string
  settings: HistorySettings
  clock: Clock
  log: Log
  scribe: Scribe
  /** The kernel's boot id. */
  boot: string
  /** How long a complete segment is left alone before it is compressed, ms. */
  sealAfterMs?: number
  /** The recording state has changed. */
  changed(): void
  /** More may be shown than before. */
  published(): void
  /** More is on disk than before. */
  wrote(): void
}

/** What a viewer at a position is served next, as far as memory knows. */
export type Step =
  | ({ kind: 'bytes' } & Lent)
  | { kind: 'gap'; counted: CountedGap }
  /** Older than memory: `fetch` it. */
  | { kind: 'disk' }
  /** Nothing more now. */
  | { kind: 'live' }

/** Everything a console printed, by absolute offset: the newest in memory, all of it on disk. */
export class History {
  readonly #options: HistoryOptions
  readonly #memory: Memory
  readonly #keep: Keep
  readonly #segments = new Segments()
  readonly #recent = new RecentGaps()
  readonly #recorder: Recorder
  readonly #reserve: Reserve
  readonly #archive: Archive
  readonly #upkeep: Upkeep
  /** Finds places by time. */
  readonly places: Places
  #printedAt = 0
  #markedAt = Number.NEGATIVE_INFINITY
  #markedOffset = 0
  /** NaN: never. One that may be null would be an object for each chunk. */
  #lastAt = Number.NaN
  #closed = false

  constructor(options: HistoryOptions, end: number) {
    const { folder, settings, clock, log, scribe, boot } = options
    this.#options = options
    this.#memory = new Memory(end, scribe.slabs)
    this.#markedOffset = end
    const segments = this.#segments
    this.#upkeep = new Upkeep({
      folder,
      settings,
      clock,
      log,
      scribe,
      segments,
      current: () => this.#recorder.current,
      sealAfterMs: options.sealAfterMs ?? sealAfterMs,
    })
    this.#recorder = new Recorder(
      {
        folder,
        segmentBytes: settings.segmentBytes,
        clock,
        log,
        scribe,
        segments,
        changed: () => options.changed(),
        wrote: () => {
          this.#evict()
          options.wrote()
        },
        rested: () => this.#settle(),
        completed: (segment) => {
          this.#upkeep.tidy()
          this.#upkeep.seal(segment)
        },
      },
      this.#memory,
    )
    this.#keep = new Keep({
      memory: this.#memory,
      ringBytes: settings.ringBytes,
      clock,
      scribe,
      written: () => this.#recorder.written,
    })
    this.#archive = new Archive({
      folder,
      log,
      segments,
      memory: this.#memory,
      slabs: scribe.slabs,
      pending: this.#recorder.pending,
      end: () => this.end,
      unexplained: (position) => this.#unexplained(position),
    })
    this.places = new Places({
      outline: () => this.outline(),
      gapsIn: (from, to) => this.gapsIn(from, to),
    })
    this.#reserve = new Reserve({ folder, clock, log, boot, moved: () => this.#moved() }, end)
  }

  /** Goes on where the folder ends. */
  begin({ opened, reserve }: Opening): void {
    this.#adopt(opened)
    this.#reserve.begin(reserve, opened.seq)
    for (const gap of opened.gapsAtEnd) this.#recent.add(gap)
    for (const gap of opened.gaps) this.#record(gap)
  }

  /** Goes on in memory until the folder can be read. */
  async beginLater(open: () => Promise<Opening>, error: unknown): Promise<void> {
    await this.#recorder.startLater(async () => {
      const { opened, reserve } = await open()
      const noted = await reserve
      this.#adopt(opened)
      this.#reserve.beginLate(noted?.seq ?? opened.seq, this.#memory.end)
      return { written: opened.diskEnd, current: undefined }
    }, error)
  }

  #adopt({ segments, current, diskEnd, lastAt }: OpenedFolder): void {
    for (const segment of segments) this.#segments.push(segment)
    this.#lastAt = lastAt ?? Number.NaN
    const { folder, scribe } = this.#options
    const raw =
      current && new RawFile({ folder, segment: current.segment, indexAt: current.indexBytes, scribe })
    this.#recorder.start({ written: diskEnd, current: raw })
    for (const segment of segments) {
      if (segment.kind === 'raw' && segment !== current?.segment) this.#upkeep.seal(segment)
    }
    this.#upkeep.tidy()
  }

  /** Position after the last byte that viewers may see. */
  get end(): number {
    return Math.min(this.#memory.end, this.#reserve.limit)
  }

  /** Position after the last byte printed, whether or not viewers may see it yet. */
  get head(): number {
    return this.#memory.end
  }

  /** Where the oldest byte stands that is still held. */
  get oldest(): number {
    return this.#archive.oldest
  }

  get recording(): RecordingState {
    return this.#recorder.recording
  }

  /** Wall time of the last byte, ms. */
  get lastAt(): number | null {
    return Number.isNaN(this.#lastAt) ? null : this.#lastAt
  }

  /** Somebody is attached or nobody is: decides how much stays in memory. */
  setWatched(watched: boolean): void {
    this.#keep.watched = watched
    this.#evict()
  }

  /** So much waits for the disk that a device which can wait should, and the disk works. Not for viewers: for the record. */
  get crowded(): boolean {
    return this.#keep.crowded && !this.#recorder.stuck
  }

  /** Not crowded any more. */
  get relieved(): boolean {
    return this.#keep.relieved || this.#recorder.stuck
  }

  /** Takes a copy of bytes. Returns whether viewers may see them at once. */
  append(bytes: Uint8Array): boolean {
    const { clock, scribe } = this.#options
    const now = clock.now()
    const monotonic = clock.monotonic()
    const from = this.#memory.end
    this.#mark(from, now, monotonic)
    this.#memory.append(bytes, monotonic)
    scribe.held(bytes.length)
    this.#evict(monotonic)
    this.#lastAt = now
    if (from + bytes.length - this.#recorder.written >= scribe.urgentBytes) scribe.now(this.#recorder)
    else scribe.soon(this.#recorder)
    this.#reserve.need(this.#memory.end)
    return this.#memory.end <= this.#reserve.limit
  }

  /** Records that bytes may be missing at the end of history. */
  gap(cause: Gap['cause'], startedAt: number, endedAt: number): CountedGap {
    const at = this.#memory.end
    return this.#record({ from: at, to: at, startedAt, endedAt, cause })
  }

  /** Records bytes that the transport lost; 0 when nobody knows how many. */
  lose(bytes: number): CountedGap {
    const from = this.#memory.end
    const now = this.#options.clock.now()
    this.#memory.skip(bytes)
    this.#reserve.need(this.#memory.end)
    return this.#record({
      from,
      to: from + bytes,
      startedAt: now,
      endedAt: now,
      cause: 'lost-by-transport',
    })
  }

  /** What a viewer at `position`, who was told the gaps up to `told`, gets next: at most `max` bytes. */
  next(position: number, told: number, max: number): Step {
    const { end } = this
    if (position < this.#memory.start && position < end) return { kind: 'disk' }
    const counted = this.#recent.after(position, told)
    if (counted !== undefined && counted.gap.from <= position && counted.gap.to <= end) {
      return { kind: 'gap', counted }
    }
    const upTo = Math.min(end, counted?.gap.from ?? end)
    if (position >= upTo) return { kind: 'live' }
    const lent = this.#memory.lend(position, Math.min(max, upTo - position))
    return lent === undefined ? { kind: 'disk' } : { kind: 'bytes', ...lent }
  }

  /** What stands at `position` on disk: at most `max` bytes and the gaps among them, or the hole there. Empty at the end. */
  fetch(position: number, max: number): Promise<Item[]> {
    return this.#archive.fetch(position, max)
  }

  /** Gaps that stand in [from, to) or reach into it, in the order of the stream. */
  gapsIn(from: number, to: number): Promise<Gap[]> {
    return this.#archive.gapsIn(from, to)
  }

  /**
   * Bytes without a gap from `from`, at most `limit`; by default the last `limit`. Throws AppError `bad-request` when `from` is
   * beyond the end.
   */
  async read(from: number | undefined, limit: number): Promise<HistorySlice> {
    if (from !== undefined && from > this.end) {
      throw new AppError('bad-request', `History ends at ${this.end}; there is nothing at ${from} yet.`)
    }
    return this.#archive.read(from, limit)
  }

  /** Bytes of memory; undefined when it does not hold all of them. */
  peek(from: number, length: number): Uint8Array | undefined {
    const bytes = Buffer.concat(this.#memory.views(from, length))
    return bytes.length === length ? bytes : undefined
  }

  /** What stands where. */
  outline(): Outline {
    const { end, lastAt } = this
    const segments = this.#segments.all.map(({ start, end, kind, lastAt, indexBytes = 0 }) => ({
      start,
      end,
      kind,
      lastAt,
      indexBytes,
    }))
    const { folder } = this.#options
    return {
      folder,
      segments,
      times: this.#recorder.pending.times,
      oldest: this.oldest,
      end,
      lastAt,
    }
  }

  /** With the bytes that are not on disk. */
  snapshot(): Snapshot {
    const written = this.#segments.last?.end ?? 0
    return { ...this.outline(), tail: tailOf(this.#memory, written, this.end) }
  }

  /** The newest bytes in memory, at most `max`: to be looked at in this turn, since their memory is used again. */
  tail(max: number): Uint8Array {
    const { start, end } = this.#memory
    const views = this.#memory.views(Math.max(start, end - max), max)
    // Nearly always there is just one, and a copy for each look at each console is what most of the looking would cost.
    return views.length === 1 && views[0] !== undefined ? views[0] : Buffer.concat(views)
  }

  /** Removes what is too old or too much. To be called now and then, for consoles that print nothing. */
  tidy(): void {
    this.#upkeep.tidy()
  }

  /** Writes everything and notes the end. Resolves also when that fails. */
  async close(): Promise<void> {
    await this.#stop()
    await this.#reserve.finish(this.#memory.end)
  }

  /** Ends the history and removes it from disk. */
  async delete(): Promise<void> {
    await this.#stop()
    await this.#reserve.abandon()
    const { folder, log } = this.#options
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      log.error({ error: String(error) }, 'a history could not be deleted')
    })
  }

  async #stop(): Promise<void> {
    this.#closed = true
    await this.#recorder.close()
    await this.#upkeep.close()
    this.#options.scribe.held(-this.#memory.held)
  }

  #record(found: Gap): CountedGap {
    // A clock that was set back meanwhile must not make a gap end before it began.
    const gap = { ...found, endedAt: Math.max(found.startedAt, found.endedAt) }
    this.#recorder.pending.gap(gap)
    this.#options.scribe.soon(this.#recorder)
    return this.#recent.add(gap)
  }

  /** Each pause is a mark, of which several share a record; where none is, there is one now and then. */
  #mark(offset: number, now: number, monotonic: number): void {
    const paused = monotonic - this.#printedAt >= pauseMs
    this.#printedAt = monotonic
    const due = monotonic - this.#markedAt >= markMs || offset - this.#markedOffset >= markBytes
    if (!paused && !due) return
    this.#markedAt = monotonic
    this.#markedOffset = offset
    if (paused) this.#recorder.pending.pause(offset, now)
    else this.#recorder.pending.time(offset, now)
  }

  #evict(monotonic?: number): void {
    if (this.#keep.evict(monotonic)) this.#recent.dropBefore(this.#memory.start)
  }

  /** Nothing was printed for a while, and all of it is on disk: memory need hold no more than the ring. */
  #settle(): void {
    this.#evict()
    this.#memory.compact()
  }

  #moved(): void {
    if (this.#closed) return
    this.#reserve.need(this.#memory.end)
    this.#options.published()
  }

  #unexplained(position: number): Gap {
    const now = this.#options.clock.now()
    const since = this.recording.state === 'failed' ? this.recording.since : now
    const cause = this.#archive.hasExpired(position) ? 'expired' : 'not-recorded'
    return { from: position, to: position, startedAt: since, endedAt: now, cause }
  }
}
