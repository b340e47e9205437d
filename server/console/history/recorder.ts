import { mkdir } from 'node:fs/promises'
import type { Clock, Timer } from '../../base/clock.ts'
import { systemCode } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Gap } from '../../contract/console.ts'
import type { RecordingState } from '../../contract/line.ts'
import { recordingFailure } from './failure.ts'
import type { Memory } from './memory.ts'
import { smallBytes } from './pen.ts'
import { PendingIndex } from './pending-index.ts'
import { RawFile } from './raw-file.ts'
import type { Scribe, Writing } from './scribe.ts'
import type { Segment, Segments } from './segments.ts'

/** One write: enough to be worth a system call, little enough to let others have their turn. */
const batchBytes = 1024 * 1024
/** After this much another console has its turn. */
const turnBytes = 4 * batchBytes
const indexEveryMs = 5000
const idleMs = 10_000
const retryMs = 5000
const stuckMs = 1000

export interface RecorderOptions {
  folder: string
  segmentBytes: number
  clock: Clock
  log: Log
  scribe: Scribe
  segments: Segments
  /** `recording` has changed. */
  changed(): void
  /** More of memory is on disk. */
  wrote(): void
  /** Nothing was printed for a while, and all that was is on disk. */
  rested(): void
  /** A segment is complete: it can be sealed, and old ones may have to go. */
  completed(segment: Segment): void
}

/** Where on disk a recorder begins. */
export interface RecorderStart {
  /** End of what is on disk. */
  written: number
  /** The segment to go on with. */
  current: RawFile | undefined
}

/** Writes one console's memory to its segments, behind its back. What memory had to let go of meanwhile becomes a gap. */
export class Recorder implements Writing {
  readonly pending = new PendingIndex()
  due = false
  readonly #options: RecorderOptions
  readonly #memory: Memory
  #written = 0
  #current: RawFile | undefined
  #begin: (() => Promise<RecorderStart>) | undefined
  #indexedAt: number
  #wroteAt: number
  /** When the write under way began. */
  #writingSince: number | undefined
  #recording: RecordingState = { state: 'recording' }
  #retry: Timer | undefined
  #closing = false

  constructor(options: RecorderOptions, memory: Memory) {
    this.#options = options
    this.#memory = memory
    this.#indexedAt = options.clock.monotonic()
    this.#wroteAt = this.#indexedAt
  }

  start({ written, current }: RecorderStart): void {
    this.#written = written
    this.#current = current
  }

  /** For a disk that could not even be read: finds out where to begin as soon as that is possible. */
  startLater(begin: () => Promise<RecorderStart>, error: unknown): Promise<void> {
    this.#begin = begin
    return this.#failed(error)
  }

  get recording(): RecordingState {
    return this.#recording
  }

  /** Everything before this offset is on disk or a gap; 0 while the disk cannot even be read. */
  get written(): number {
    return this.#written
  }

  /** The disk takes no bytes: for a while it may be slow, but what takes this long does not come from a working one. */
  get stuck(): boolean {
    if (this.#recording.state === 'failed') return true
    const since = this.#writingSince
    return since !== undefined && this.#options.clock.monotonic() - since > stuckMs
  }

  get #unwritten(): number {
    return this.#memory.end - this.#written
  }

  /** The segment being written, which must be left alone. */
  get current(): Segment | undefined {
    return this.#current?.segment
  }

  /** One turn of writing, see Writing. */
  async write(): Promise<void> {
    if (this.#retry !== undefined && !this.#closing) return
    try {
      if (this.#begin !== undefined) this.start(await this.#begin())
      this.#begin = undefined
      await this.#writeBytes()
      const rest = this.#mayRest()
      if (rest || this.#indexIsDue()) await this.#writeIndex()
      if (rest) await this.#rest()
      if (rest && this.#written === this.#memory.end) this.#options.rested()
      this.#goOn()
    } catch (error) {
      await this.#failed(error)
    }
  }

  writeLittle(done: () => void): boolean {
    const raw = this.#current
    const length = this.#unwritten
    if (raw === undefined || !this.#isPlain(raw, length)) return false
    this.#writingSince = this.#options.clock.monotonic()
    raw.appendLittle(this.#memory.views(this.#written, length), (error, written) => {
      this.#writingSince = undefined
      if (error !== undefined) return void this.#failed(error).then(done)
      this.#appended(raw, written)
      if (this.#indexIsDue()) this.#indexLittle(raw, done)
      else this.#end(done)
    })
    return true
  }

  /** Whether so much can be written to an open file as it is, with no more to it. */
  #isPlain(raw: RawFile, length: number): boolean {
    if (this.#closing || this.#retry !== undefined || this.#begin !== undefined) return false
    if (!raw.isOpen || this.pending.hasGaps || this.#options.scribe.crowded) return false
    const fits = length > 0 && length <= smallBytes && raw.size + length < this.#options.segmentBytes
    return fits && this.#memory.nextHeld(this.#written) === this.#written
  }

  #indexLittle(raw: RawFile, done: () => void): void {
    this.#indexedAt = this.#options.clock.monotonic()
    const records = this.pending.upTo(this.#written)
    raw.indexLittle(records, (error, whole) => {
      if (error !== undefined) return void this.#failed(error).then(done)
      if (whole) this.pending.written(records)
      this.#end(done)
    })
  }

  #end(done: () => void): void {
    this.#goOn()
    done()
  }

  /** A turn of writing has gone well. */
  #goOn(): void {
    this.#succeeded()
    if (this.#unwritten >= this.#options.scribe.urgentBytes) this.#options.scribe.now(this)
    else if (this.#unwritten > 0) this.#options.scribe.soon(this)
  }

  /** Writes what is left and closes the files. Resolves also when that fails. */
  async close(): Promise<void> {
    this.#closing = true
    this.#retry?.cancel()
    await this.#options.scribe.finish(this)
    this.#options.scribe.keepCool(this)
  }

  async #writeBytes(): Promise<void> {
    const begin = this.#written
    // What a flood printed meanwhile waits until it is worth a write, or each piece of it would have one of its own.
    const end = this.#memory.end
    while (this.#written < (this.#closing ? this.#memory.end : end) || this.pending.hasGaps) {
      if (this.#written - begin >= turnBytes && !this.#closing) return
      const from = this.#memory.nextHeld(this.#written)
      if (from > this.#written) await this.#jump(from)
      const raw = this.#current?.isOpen === true ? this.#current : await this.#openSegment()
      const room = this.#options.segmentBytes - raw.size
      const chunks = this.#memory.views(this.#written, Math.min(batchBytes, room))
      // A gap before the bytes that follow it: a gateway killed between the two leaves no hole without its cause.
      if (this.pending.hasGaps) await this.#writeIndex()
      if (chunks.length > 0) await this.#append(raw, chunks)
      if (raw.size >= this.#options.segmentBytes) await this.#complete()
    }
  }

  async #append(raw: RawFile, chunks: Uint8Array[]): Promise<void> {
    const { clock } = this.#options
    try {
      const written = await raw.append(chunks, () => {
        this.#writingSince = clock.monotonic()
      })
      this.#appended(raw, written)
    } finally {
      this.#writingSince = undefined
    }
  }

  #appended(raw: RawFile, bytes: number): void {
    const { clock, wrote } = this.#options
    this.#written += bytes
    raw.segment.lastAt = clock.now()
    this.#wroteAt = clock.monotonic()
    wrote()
  }

  /** Goes on at `to`, where memory does. What stood between is told by gaps in the index of the segment that begins there. */
  async #jump(to: number): Promise<void> {
    if (this.#current !== undefined) await this.#complete()
    const now = this.#options.clock.now()
    const startedAt = this.#recording.state === 'failed' ? this.#recording.since : now
    const lost: Gap = { from: this.#written, to, startedAt, endedAt: now, cause: 'not-recorded' }
    this.pending.jump(lost)
    this.#written = to
  }

  async #openSegment(): Promise<RawFile> {
    const current = this.#current
    if (current !== undefined) {
      try {
        await current.open(false)
        this.#opened()
        return current
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error
        // Somebody removed the file: what it held is gone, and a new one begins here.
        this.#options.segments.remove(current.segment)
        this.#current = undefined
      }
    }
    return this.#newSegment()
  }

  async #newSegment(): Promise<RawFile> {
    const start = this.#written
    const segment: Segment = { start, end: start, kind: 'raw', lastAt: this.#options.clock.now() }
    const { folder, scribe } = this.#options
    const raw = new RawFile({ folder, segment, indexAt: 0, scribe })
    await scribe.disk(() => mkdir(folder, { recursive: true, mode: 0o700 }))
    await raw.open(true)
    this.#opened()
    this.#options.segments.push(segment)
    this.#current = raw
    return raw
  }

  #opened(): void {
    this.#options.scribe.opened()
    this.#options.scribe.keepWarm(this)
  }

  async #complete(): Promise<void> {
    const raw = this.#current
    if (raw === undefined) return
    await this.#writeIndex()
    await this.#rest()
    this.#current = undefined
    this.#options.completed(raw.segment)
  }

  #indexIsDue(): boolean {
    if (this.pending.full) return true
    return this.#options.clock.monotonic() - this.#indexedAt >= indexEveryMs
  }

  async #writeIndex(): Promise<void> {
    this.#indexedAt = this.#options.clock.monotonic()
    const records = this.pending.upTo(this.#written)
    await this.#current?.index(records)
    this.pending.written(records)
  }

  #mayRest(): boolean {
    if (this.#closing || this.#options.scribe.crowded) return true
    return this.#options.clock.monotonic() - this.#wroteAt >= idleMs
  }

  /** Gives the descriptor back. */
  async #rest(): Promise<void> {
    this.#options.scribe.keepCool(this)
    if (this.#current?.isOpen !== true) return
    this.#options.scribe.closed()
    await this.#current.close()
  }

  #succeeded(): void {
    if (this.#recording.state === 'recording') return
    this.#recording = { state: 'recording' }
    this.#options.log.info({}, 'history is written again')
    this.#options.changed()
  }

  async #failed(error: unknown): Promise<void> {
    await this.#rest().catch(() => undefined)
    const { clock, folder, log, scribe } = this.#options
    if (!this.#closing) {
      this.#retry = clock.after(retryMs, () => {
        this.#retry = undefined
        scribe.now(this)
      })
    }
    const message = recordingFailure(error, folder)
    if (this.#recording.state === 'failed' && this.#recording.message === message) return
    const since = this.#recording.state === 'failed' ? this.#recording.since : clock.now()
    this.#recording = { state: 'failed', since, message }
    log.error({ error: String(error) }, 'history cannot be written')
    this.#options.changed()
  }
}
