/** Where one tile's bytes are shown. `done` is called when they are parsed. */
export type WriteTile = (bytes: Uint8Array, done: () => void) => void

export interface PacerOptions {
  /** Runs at the next frame that is drawn, and never while nothing is; returns what cancels it. */
  frame(run: () => void): () => void
  now(): number
}

/** One tile's turn at the page's one thread. */
export interface Lane {
  push(bytes: Uint8Array, parsed: () => void): void
  /** A tile that is out of sight gets no turn; its console then waits for credit, and nothing piles up here. */
  setAwake(awake: boolean): void
  /** The tile that somebody types in: its bytes go at once. */
  setFirst(first: boolean): void
  /** Bytes that wait. */
  readonly waiting: number
  /** Forgets what waits, as if it had been shown. */
  drop(): void
  close(): void
}

/** Bytes of one round: parsed in a few milliseconds. */
const roundBytes = 64 * 1024
/** Tiles of one round. Drawing a tile anew costs more than parsing what it shows, and sixteen at once are felt. */
const roundTiles = 4
/** Between two rounds, ms, at least: nobody reads faster than 20 pictures a second. */
const roundMs = 50
/** So many times as long as a round took it rests, so that a slow machine has two thirds of its time for the person. */
const restTimes = 2
const mostRestMs = 500

/**
 * Lets many terminals share the one thread that a page has. Each by itself would take 12 ms of every turn in a flood, and sixteen of
 * them all of it.
 */
export class Pacer {
  readonly #options: PacerOptions
  readonly #lanes = new Set<PacedLane>()
  #cancel: (() => void) | undefined
  #nextRound = Number.NEGATIVE_INFINITY
  #writing = 0

  constructor(options: PacerOptions) {
    this.#options = options
  }

  lane(write: WriteTile): Lane {
    const lane = new PacedLane(write, {
      wake: () => this.#schedule(),
      left: () => this.#lanes.delete(lane),
    })
    this.#lanes.add(lane)
    return lane
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #schedule(): void {
    if (this.#cancel !== undefined || this.#writing > 0) return
    this.#cancel = this.#options.frame(() => {
      this.#cancel = undefined
      if (this.#options.now() < this.#nextRound) this.#schedule()
      else this.#round()
    })
  }

  #round(): void {
    const ready = [...this.#lanes].filter((lane) => lane.ready).slice(0, roundTiles)
    if (ready.length === 0) return
    const began = this.#options.now()
    this.#nextRound = began + roundMs
    this.#writing = ready.length
    for (const lane of ready) {
      // To the end of the line: those that wait come first in the next round.
      this.#lanes.delete(lane)
      this.#lanes.add(lane)
      lane.give(Math.floor(roundBytes / ready.length), () => {
        this.#writing--
        if (this.#writing === 0) this.#rest(began)
      })
    }
  }

  /** What was parsed is drawn before the next frame: only then is it known what the round took. */
  #rest(began: number): void {
    this.#cancel = this.#options.frame(() => {
      this.#cancel = undefined
      const now = this.#options.now()
      this.#nextRound = Math.max(this.#nextRound, now + Math.min(mostRestMs, restTimes * (now - began)))
      if ([...this.#lanes].some((lane) => lane.ready)) this.#schedule()
    })
  }
}

interface Piece {
  bytes: Uint8Array
  parsed: () => void
}

class PacedLane implements Lane {
  readonly #write: WriteTile
  readonly #host: { wake(): void; left(): void }
  #pieces: Piece[] = []
  #waiting = 0
  #awake = true
  #first = false
  #closed = false
  /** Ends each that is being written, for who waits for it: a terminal that is closed answers no more. */
  readonly #writing = new Set<() => void>()

  constructor(write: WriteTile, host: { wake(): void; left(): void }) {
    this.#write = write
    this.#host = host
  }

  get waiting(): number {
    return this.#waiting
  }

  get ready(): boolean {
    return this.#awake && this.#pieces.length > 0
  }

  push(bytes: Uint8Array, parsed: () => void): void {
    if (this.#closed) return
    this.#pieces.push({ bytes, parsed })
    this.#waiting += bytes.length
    if (this.#first) this.give(this.#waiting, () => {})
    else this.#host.wake()
  }

  setAwake(awake: boolean): void {
    this.#awake = awake
    if (this.ready) this.#host.wake()
  }

  setFirst(first: boolean): void {
    this.#first = first
    if (first) this.give(this.#waiting, () => {})
  }

  drop(): void {
    this.#waiting = 0
    for (const { parsed } of this.#pieces.splice(0)) parsed()
  }

  close(): void {
    this.#closed = true
    this.#pieces = []
    this.#waiting = 0
    this.#host.left()
    for (const finish of [...this.#writing]) finish()
  }

  /** Writes as much as that, in order; `done` when the last of it is parsed. */
  give(most: number, done: () => void): void {
    const batch = this.#take(most)
    let left = batch.length
    const finish = () => {
      if (this.#writing.delete(finish)) done()
    }
    this.#writing.add(finish)
    if (left === 0) finish()
    for (const { bytes, parsed } of batch) {
      this.#write(bytes, () => {
        parsed()
        left--
        if (left === 0) finish()
      })
    }
  }

  #take(most: number): Piece[] {
    const batch: Piece[] = []
    let room = most
    while (this.#pieces.length > 0) {
      const piece = this.#pieces[0]
      if (piece === undefined || (room <= 0 && piece.bytes.length > 0)) break
      if (piece.bytes.length <= room) {
        batch.push(piece)
        this.#pieces.shift()
        room -= piece.bytes.length
        this.#waiting -= piece.bytes.length
      } else {
        batch.push({ bytes: piece.bytes.subarray(0, room), parsed: () => {} })
        this.#pieces[0] = { ...piece, bytes: piece.bytes.subarray(room) }
        this.#waiting -= room
        room = 0
      }
    }
    return batch
  }
}
