import { atMost } from '../../base/at-most.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { Opener } from './opener.ts'
import { Pen } from './pen.ts'
import { Sealer } from './sealer.ts'
import { Slabs } from './slabs.ts'

/**
 * Of the four threads that node does file work with, so that one stays free for name look-ups and passwords
 * whatever a thousand consoles have to write.
 */
const diskThreads = 3
/**
 * Consoles that write at the same time: nearly all have little to write, and the pen takes it together. What more of them have under way
 * would outlive the collections of garbage that it causes, and be in the way of all later ones.
 */
const writersAtOnce = 64
/**
 * What a console printed goes to the disk after this time, or earlier when it is much: a killed gateway loses at most so much. Where
 * many consoles print at the same time it is longer, three milliseconds for each, so that writing for a thousand of them is not most of the
 * work.
 */
const flushMs = 1000
const flushMsPerConsole = 3
const mostFlushMs = 4000
/** Open files of quiet consoles are closed at the next look. */
const lookMs = 5000
/** Consoles whose two files are kept open for writing; those beyond it open and close them for each write. */
const mostOpenFiles = 1024

/**
 * With so much to write a console does not wait for the next flush. A write costs a quarter of a millisecond however long it is, which a
 * flood pays less often while all consoles together hold little.
 */
const urgent = { usual: 128 * 1024, roomy: 1024 * 1024 }
const roomyHeld = 32 * 1024 * 1024

/** Bytes of all consoles together in memory; beyond it a console whose disk is slow or full keeps no more than its ring. */
const mostHeld = 256 * 1024 * 1024

/** Something with bytes to write. Only one of the two is under way at a time. */
export interface Writing {
  /** Kept by the scribe: it will be called at the next flush. A set would take a thousand of them in and out each few seconds. */
  due: boolean
  /** Never rejects. */
  write(): Promise<void>
  /**
   * Writes with the pen and no promise on the way, which is all there is to it for nearly all of a thousand consoles, nearly always. `done`
   * is called later, once. Returns false, having done nothing, where there is more to it.
   */
  writeLittle(done: () => void): boolean
}

/** One per gateway: whose turn it is to write, so that a thousand consoles share few threads, timers and descriptors. */
export class Scribe {
  readonly slabs = new Slabs()
  /** Runs work on files when its turn comes. */
  readonly disk = atMost(diskThreads)
  /** Writes what is little. */
  readonly pen = new Pen({ disk: this.disk })
  /** Opens histories. */
  readonly opener = new Opener()
  /** Compresses what is complete. */
  readonly sealer: Sealer
  readonly #clock: Clock
  /** Some are not due any more, and some are in it twice. */
  #due: Writing[] = []
  readonly #queue = new Set<Writing>()
  readonly #writing = new Set<Writing>()
  readonly #warm = new Set<Writing>()
  readonly #finishing = new Map<Writing, PromiseWithResolvers<void>>()
  #background: Promise<void> = Promise.resolve()
  /** How many had something to write the last time. */
  #lastDue = 0
  #openFiles = 0
  #heldBytes = 0
  #flushTimer: Timer | undefined
  #lookTimer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.sealer = new Sealer({ clock })
  }

  /** It has something to write, within `flushMs`. */
  soon(writing: Writing): void {
    if (writing.due) return
    writing.due = true
    this.#due.push(writing)
    if (this.#flushTimer !== undefined) return
    const delay = Math.min(mostFlushMs, flushMs + flushMsPerConsole * this.#lastDue)
    this.#flushTimer = this.#clock.after(delay, () => {
      this.#flushTimer = undefined
      const listed = this.#due
      this.#due = []
      this.#lastDue = 0
      for (const writing of listed) {
        if (!writing.due) continue
        writing.due = false
        this.#lastDue += 1
        this.#queue.add(writing)
      }
      this.#run()
    })
  }

  /** It has much to write. */
  now(writing: Writing): void {
    writing.due = false
    this.#queue.add(writing)
    this.#run()
  }

  /** Writes now and resolves when that is done. */
  finish(writing: Writing): Promise<void> {
    const finishing = this.#finishing.get(writing) ?? Promise.withResolvers<void>()
    this.#finishing.set(writing, finishing)
    this.now(writing)
    return finishing.promise
  }

  /** It holds an open file: it is called again every few seconds, so that it can close it when it has been idle. */
  keepWarm(writing: Writing): void {
    this.#warm.add(writing)
    this.#lookTimer ??= this.#clock.every(lookMs, () => {
      // Those with something to write are called soon anyway, and write it together with what comes until then.
      for (const warm of this.#warm) if (!warm.due) this.now(warm)
    })
  }

  /** It holds no open file any more. */
  keepCool(writing: Writing): void {
    this.#warm.delete(writing)
    if (this.#warm.size > 0) return
    this.#lookTimer?.cancel()
    this.#lookTimer = undefined
  }

  /** Runs when all background work before it has run: compression must not take all cores from the consoles. */
  background(work: () => Promise<void>): Promise<void> {
    this.#background = this.#background.then(work)
    return this.#background
  }

  opened(): void {
    this.#openFiles += 1
  }

  closed(): void {
    this.#openFiles -= 1
  }

  get crowded(): boolean {
    return this.#openFiles > mostOpenFiles
  }

  /** A console holds so many bytes more in memory. */
  held(bytes: number): void {
    this.#heldBytes += bytes
  }

  /** With so much to write a console need not wait for its turn. */
  get urgentBytes(): number {
    return this.#heldBytes < roomyHeld ? urgent.roomy : urgent.usual
  }

  get tight(): boolean {
    return this.#heldBytes > mostHeld
  }

  /** To be called when every history is closed. */
  async close(): Promise<void> {
    await this.#background
    this.#flushTimer?.cancel()
    this.#lookTimer?.cancel()
    await this.opener.close()
    await this.pen.close()
    await this.sealer.close()
  }

  #run(): void {
    for (const writing of this.#queue) {
      if (this.#writing.size >= writersAtOnce) return
      if (this.#writing.has(writing)) continue
      this.#queue.delete(writing)
      this.#writing.add(writing)
      if (!writing.writeLittle(() => this.#wrote(writing))) this.#write(writing)
    }
  }

  async #write(writing: Writing): Promise<void> {
    const finish = this.#finishing.get(writing)
    this.#finishing.delete(writing)
    await writing.write()
    finish?.resolve()
    this.#wrote(writing)
  }

  #wrote(writing: Writing): void {
    this.#writing.delete(writing)
    this.#run()
  }
}
