import type { Clock, Timer } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { ScreenSize } from '../../contract/console.ts'
import { Feed } from '../feed.ts'
import type { History } from '../history/history.ts'
import { startOfReplay } from '../replay-start.ts'
import type { Link } from '../transport.ts'
import type { Turns } from '../turns.ts'
import { Answering } from './answering.ts'
import { Drawings } from './drawings.ts'
import type { KeptDrawing } from './kept-drawings.ts'
import type { Held, KeptScreens } from './kept-screens.ts'
import { QueryScanner } from './query-scanner.ts'
import type { Drawing, ScreenView, ScreenWatch } from './screen.ts'
import type { Terminal, Terminals } from './terminals.ts'
import { Watching } from './watching.ts'

const kib = 1024

/** Of history, to draw a screen anew: dozens of full screens. */
const rebuildBytes = 256 * kib
/** Of history, to go on from the drawing of a full-screen program: 0.1 to 0.5 s of the emulator's work. */
const goOnBytes = 1024 * kib
/** After so much without an emulator, such a drawing is made anew: who comes then does not wait for all that. */
const agedBytes = 256 * kib
/** What may be on its way to the emulator: some milliseconds of its work. It gets more when half of it is done. */
const inFlightBytes = 128 * kib
/** An emulator so far behind is in a flood. It is let go of, and made anew when the flood is over or somebody wants the screen. */
const behindBytes = 512 * kib
/** Without anybody waiting for it, the emulator gets what was printed in this time together: a wake-up for each key made its echo late. */
const gatherMs = 30
/** A flood is over when nothing was printed for so long. */
const restMs = 300
/** A screen whose bytes the emulator could not bear is not tried again sooner and sooner. */
const longestRestMs = 60_000
/** Who wants the screen waits no longer: a newcomer is then given a tail of history. */
const patienceMs = 500
/** The first of all waits until the thread has started. */
const firstPatienceMs = 3000

export interface ConsoleScreenOptions {
  clock: Clock
  log: Log
  turns: Turns
  terminals: Terminals
  kept: KeptScreens
  size: ScreenSize
  history(): History | undefined
  link(): Link | undefined
}

/** Somebody who waits for the screen with everything up to `target` on it. */
interface Asker {
  target: number
  ask(terminal: Terminal): void
  giveUp(): void
}

/**
 * The screen of one console, for who asks for it: an emulator that reads history like a viewer, from a while back, and is only there while
 * it is of use. On the way of the bytes there is no more than a look for queries.
 */
export class ConsoleScreen implements Held {
  readonly #options: ConsoleScreenOptions
  readonly #scanner = new QueryScanner()
  readonly #answering: Answering
  readonly #watching: Watching
  readonly #drawings: Drawings
  #size: ScreenSize
  #viewers = 0
  #terminal: Terminal | undefined
  #feed: Feed | undefined
  #starting = false
  /** Offset of the next byte for the emulator. */
  #position = 0
  #inFlight = 0
  #full = false
  #gathering: Timer | undefined
  #printedAt = Number.NEGATIVE_INFINITY
  /** Runs while a flood is let pass, or after the emulator was lost. */
  #rest: Timer | undefined
  #losses = 0
  #lostAt = Number.NEGATIVE_INFINITY
  readonly #askers = new Set<Asker>()
  #closed = false

  constructor(options: ConsoleScreenOptions) {
    this.#options = options
    this.#size = options.size
    this.#answering = new Answering(options)
    this.#drawings = new Drawings(options.clock, () => this.#ask((terminal) => terminal.draw()))
    this.#watching = new Watching(options.clock, () => this.view())
  }

  get needed(): boolean {
    return this.#viewers > 0 || this.#askers.size > 0 || this.#watching.size > 0
  }

  /** The device printed bytes that end at offset `end` of history. */
  printed(bytes: Uint8Array, end: number): void {
    // Nothing that is asked in a flood is answered.
    const queries = this.#rest === undefined ? this.#scanner.scan(bytes) : null
    if (queries !== null) this.#asked(queries.map((at) => end - bytes.length + at))
    if (this.#feed === undefined && this.#rest === undefined && this.#watching.size === 0) {
      if (end - (this.#options.kept.drawings.of(this)?.drawing.offset ?? end) > agedBytes) this.#want()
      return
    }
    this.#printedAt = this.#options.clock.monotonic()
    this.#watching.printed()
    if (!this.#full) this.#gather(queries !== null || this.#askers.size > 0)
    else if (end - this.#position > behindBytes && this.#askers.size === 0) this.#letPass()
  }

  /** There is more of history to see. */
  published(): void {
    this.#gathering?.cancel()
    this.#gathering = undefined
    this.#feed?.published()
  }

  /** Bytes were lost: what began before them does not go on behind them. */
  broken(): void {
    this.#scanner.reset()
    this.published()
  }

  /** The link is gone: whoever asked on it hears nothing on another. */
  unlinked(): void {
    this.#scanner.reset()
    this.#answering.forget()
  }

  setViewers(viewers: number): void {
    this.#viewers = viewers
    if (viewers > 0) this.#want()
  }

  resize(size: ScreenSize): void {
    this.#size = size
    this.#drawings.forget()
    this.#terminal?.resize(size)
  }

  /** What draws the screen; undefined when it cannot be had in time. `anew`: as it is now, for who wants to miss what comes before. */
  draw({ anew }: { anew: boolean }): Promise<Drawing | undefined> {
    return this.#drawings.draw({ anew })
  }

  view(): Promise<ScreenView | undefined> {
    return this.#ask((terminal) => terminal.view())
  }

  watch(watch: ScreenWatch): () => void {
    const end = this.#watching.add(watch)
    this.#want()
    return end
  }

  release(): void {
    this.#leave()
  }

  close(): void {
    this.#closed = true
    this.#watching.close()
    this.#stop()
    this.#options.kept.drawings.drop(this)
    for (const asker of [...this.#askers]) asker.giveUp()
    this.#rest?.cancel()
  }

  #gather(urgent: boolean): void {
    if (urgent) this.published()
    else this.#gathering ??= this.#options.clock.after(gatherMs, () => this.published())
  }

  #asked(ends: number[]): void {
    const worth = ends.filter((end) => this.#answering.asked(end))
    if (worth.length > 0 && this.#rest === undefined) this.#want()
  }

  #ask<T>(ask: (terminal: Terminal) => Promise<T | undefined>): Promise<T | undefined> {
    const history = this.#options.history()
    if (history === undefined || this.#closed) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const finish = (answer: T | undefined): void => {
        patience.cancel()
        this.#askers.delete(asker)
        resolve(answer)
      }
      const { clock, terminals } = this.#options
      const patience = clock.after(terminals.running ? patienceMs : firstPatienceMs, () => finish(undefined))
      const asker: Asker = {
        target: history.head,
        ask: (terminal) => ask(terminal).then(finish),
        giveUp: () => finish(undefined),
      }
      this.#askers.add(asker)
      this.#want()
      this.published()
      this.#serveAskers()
    })
  }

  #serveAskers(): void {
    const terminal = this.#terminal
    if (terminal === undefined) return
    for (const asker of this.#askers) {
      if (asker.target > this.#position) continue
      asker.target = Number.POSITIVE_INFINITY
      asker.ask(terminal)
    }
  }

  /** The screen is of use from now on. */
  #want(): void {
    if (this.#closed) return
    this.#options.kept.touch(this)
    const history = this.#options.history()
    if (history === undefined || this.#feed !== undefined || this.#starting) return
    this.#rest?.cancel()
    this.#rest = undefined
    const kept = this.#options.kept.drawings.of(this)
    if (kept !== undefined && canGoOn(history, kept.drawing.offset)) {
      this.#begin(history, kept.drawing.offset, kept)
      return
    }
    const start = startOfReplay(history, rebuildBytes)
    if (typeof start === 'number') this.#begin(history, start)
    else this.#beginLater(history, start)
  }

  async #beginLater(history: History, start: Promise<number>): Promise<void> {
    this.#starting = true
    const from = await start
    this.#starting = false
    if (!this.#closed) this.#begin(history, from)
  }

  #begin(history: History, from: number, kept?: KeptDrawing): void {
    const { clock, turns } = this.#options
    this.#terminal = this.#open(kept?.size ?? this.#size)
    if (this.#terminal === undefined) {
      this.#lost()
      return
    }
    if (kept !== undefined) this.#redraw(this.#terminal, kept)
    this.#position = from
    const sink = {
      bytes: (chunk: Uint8Array, done?: () => void) => this.#take(chunk, done),
      message: (message: { type: string; gap?: { to: number } }) => {
        if (message.gap !== undefined) this.#position = Math.max(this.#position, message.gap.to)
        this.#serveAskers()
      },
      end: () => undefined,
    }
    this.#feed = new Feed({ history, turns, clock, sink, flow: 'sink', from })
    this.#serveAskers()
  }

  #open(size: ScreenSize): Terminal | undefined {
    // One that was let go of still draws for a moment.
    const isOurs = (): boolean => this.#terminal === terminal
    const terminal = this.#options.terminals.open(size, {
      parsed: (bytes) => isOurs() && this.#parsed(bytes),
      answer: (end, text) => isOurs() && this.#answering.answer(end, text),
      lost: () => isOurs() && this.#lost(),
    })
    return terminal
  }

  /** Begins with what stood there. It was drawn at the size of then. */
  #redraw(terminal: Terminal, { drawing }: KeptDrawing): void {
    const bytes = new TextEncoder().encode(drawing.ansi)
    this.#inFlight += bytes.length
    terminal.write(bytes, drawing.offset, false)
    terminal.resize(this.#size)
  }

  /** Bytes of history for the emulator. The byte that ends a query that may be answered is a piece of its own. */
  #take(chunk: Uint8Array, done?: () => void): boolean {
    const from = this.#position
    const end = from + chunk.length
    let at = from
    for (const query of this.#answering.within(from, end)) {
      // Its last byte alone is answered: what was asked before it may be of a log, or too much.
      const before = query - 1
      if (at < before) this.#terminal?.write(copyOf(chunk, at - from, before - from), before, false)
      this.#terminal?.write(copyOf(chunk, before - from, query - from), query, true)
      at = query
    }
    if (at < end) this.#terminal?.write(copyOf(chunk, at - from, end - from), end, false)
    done?.()
    this.#position = end
    this.#inFlight += chunk.length
    this.#full = this.#inFlight >= inFlightBytes
    this.#serveAskers()
    return !this.#full
  }

  #parsed(bytes: number): void {
    this.#inFlight -= bytes
    if (!this.#full || this.#inFlight > inFlightBytes / 2) return
    this.#full = false
    this.#feed?.drained()
    this.#feed?.published()
  }

  /** A flood: it is let pass, and what it asks stays unanswered. */
  #letPass(): void {
    this.#leave()
    this.#scanner.reset()
    this.#rest = this.#options.clock.after(restMs, () => this.#look())
  }

  #look(): void {
    const { clock } = this.#options
    const quiet = clock.monotonic() - this.#printedAt
    this.#rest = undefined
    if (quiet < restMs) this.#rest = clock.after(restMs - quiet, () => this.#look())
    else if (this.needed) this.#want()
  }

  /** The emulator died. Who waits gets something else; the next who asks may find a new one. */
  #lost(): void {
    const { clock, kept } = this.#options
    this.#stop()
    // It may be what came after it that no emulator can bear.
    kept.drawings.drop(this)
    for (const asker of [...this.#askers]) asker.giveUp()
    const now = clock.monotonic()
    this.#losses = now - this.#lostAt > longestRestMs ? 1 : this.#losses + 1
    this.#lostAt = now
    if (this.#closed) return
    this.#rest?.cancel()
    this.#rest = clock.after(Math.min(longestRestMs, restMs * 2 ** this.#losses), () => this.#look())
  }

  /** Lets go of the emulator, and remembers the full-screen program that it showed. */
  #leave(): void {
    const { drawings } = this.#options.kept
    const [terminal, size] = [this.#terminal, this.#size]
    this.#terminal = undefined
    this.#stop()
    terminal?.draw().then((drawing) => {
      terminal.close()
      if (drawing === undefined || this.#closed) return
      if (drawing.alternate) drawings.keep(this, { drawing, size })
      else drawings.drop(this)
    })
  }

  #stop(): void {
    this.#options.kept.forget(this)
    this.#answering.forget()
    this.#gathering?.cancel()
    this.#gathering = undefined
    this.#feed?.end()
    this.#feed = undefined
    const terminal = this.#terminal
    this.#terminal = undefined
    this.#drawings.forget()
    this.#inFlight = 0
    this.#full = false
    terminal?.close()
  }
}

/** Whether history holds everything since, and not too much. */
function canGoOn({ oldest, head }: History, from: number): boolean {
  return from >= oldest && head - from <= goOnBytes
}

/** A copy of its own, to be given away: a view would take the whole of what it looks at with it. */
function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.prototype.slice.call(bytes, from, to) as Uint8Array<ArrayBuffer>
}
