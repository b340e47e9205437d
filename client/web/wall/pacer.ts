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

/** Parsed at about 15 MB/s, and drawn in as much time again: a quarter of a round, so that the page has the rest. */
const roundBytes = 64 * 1024
const leastBytes = 4096
/** Between two rounds, ms. Nobody reads faster than 20 pictures a second, and drawing is what costs. */
const roundMs = 50

/**
 * Lets many terminals share the one thread that a page has. Each by itself would take 12 ms of every turn in a flood, and sixteen of
 * them all of it.
 */
export class Pacer {
  readonly #options: PacerOptions
  readonly #lanes = new Set<PacedLane>()
  #cancel: (() => void) | undefined
  #lastRound = Number.NEGATIVE_INFINITY
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
      if (this.#options.now() - this.#lastRound < roundMs) this.#schedule()
      else this.#round()
    })
  }

  #round(): void {
    const ready = [...this.#lanes].filter((lane) => lane.ready)
    if (ready.length === 0) return
    this.#lastRound = this.#options.now()
    const share = Math.max(leastBytes, Math.floor(roundBytes / ready.length))
    this.#writing = ready.length
    for (const lane of ready) {
      lane.give(share, () => {
        this.#writing--
        if (this.#writing === 0 && [...this.#lanes].some((one) => one.ready)) this.#schedule()
      })
    }
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
  }

  /** Writes as much as that, in order; `done` when the last of it is parsed. */
  give(most: number, done: () => void): void {
    const batch = this.#take(most)
    let left = batch.length
    if (left === 0) {
      done()
      return
    }
    for (const { bytes, parsed } of batch) {
      this.#write(bytes, () => {
        parsed()
        left--
        if (left === 0) done()
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
