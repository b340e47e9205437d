import type { FileHandle } from 'node:fs/promises'
import type { Worker } from 'node:worker_threads'
import { FileThread, startModule } from './file-thread.ts'
import { demandName } from './named.ts'
import { lengthAt, orderNumbers, type PenFailures, type PenSheet } from './pen-thread.ts'
import { errorOf } from './thread-error.ts'

/** A larger piece is worth a write of its own. */
export const smallBytes = 16 * 1024
/** What goes to the thread at once, all consoles together. */
const sheetBytes = 256 * 1024
/** Pieces at once, of however few bytes. */
const sheetOrders = 4096

/** Fewer at once do not start the thread: it takes some megabytes and a moment, which a small gateway is spared. */
const manyPieces = 32

/** Bytes that stay unchanged until they are written, at most `smallBytes`, to a file that stays open until then. */
export interface PenWrite {
  file: FileHandle
  position: number
  chunks: readonly Uint8Array[]
  /** Whether the file must still have a name afterwards. */
  named: boolean
}

/** Told how many bytes were written, or why they could not be, as the system call says it. */
export type PenDone = (error: Error | undefined, written: number) => void

interface Piece {
  write: PenWrite
  length: number
  done: PenDone
}

interface PenOptions {
  /** Runs work on files when its turn comes. */
  disk: <T>(work: () => Promise<T>) => Promise<T>
  /** Starts the thread. */
  start?: () => Worker
}

/**
 * Writes small pieces of many files, one turn's pieces together, in a thread of its own. Given to node one by one, a thousand consoles'
 * few hundred bytes cost ten times what the kernel needs for them: each woke one of node's threads, and that thread woke us.
 */
export class Pen {
  readonly #options: PenOptions
  /** What is written lies here while the thread writes it. */
  readonly #sheet = new Uint8Array(new SharedArrayBuffer(sheetBytes))
  /** Beside it, where each piece belongs: objects would be copied for the thread one by one. */
  readonly #orders = new Float64Array(new SharedArrayBuffer(sheetOrders * orderNumbers * 8))
  #waiting: Piece[] = []
  #writing: Piece[] = []
  #scheduled = false
  readonly #thread: FileThread<PenFailures>

  constructor(options: PenOptions) {
    this.#options = options
    this.#thread = new FileThread({
      start: options.start ?? startThread,
      answered: (failures) => this.#written(failures),
      lost: (error) => this.#fail(error),
    })
  }

  /** Writes; `done` is called later, once. */
  put(write: PenWrite, done: PenDone): void {
    this.#waiting.push({ write, length: lengthOf(write.chunks), done })
    this.#schedule()
  }

  /** Returns how many bytes were written; rejects as the system call does. */
  write(write: PenWrite): Promise<number> {
    return new Promise((resolve, reject) => {
      this.put(write, (error, written) => {
        if (error === undefined) resolve(written)
        else reject(error)
      })
    })
  }

  /** To be called when nothing is to be written any more. Resolves when the thread has ended. */
  close(): Promise<void> {
    return this.#thread.close()
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing.length > 0) return
    this.#scheduled = true
    // Whoever else writes in this turn goes with them.
    setImmediate(() => this.#send())
  }

  #send(): void {
    this.#scheduled = false
    const thread = this.#waiting.length < manyPieces ? this.#thread.running : this.#thread.tryStart()
    if (thread === undefined) {
      for (const piece of this.#waiting.splice(0)) this.#writeAlone(piece)
      return
    }
    const count = this.#fillSheet()
    this.#writing = this.#waiting.splice(0, count)
    // Nothing else may keep a process alive that has yet to write what a device printed.
    thread.ref()
    thread.postMessage({ sheet: this.#sheet, orders: this.#orders, count } satisfies PenSheet)
  }

  /** Returns how many pieces had room. */
  #fillSheet(): number {
    let count = 0
    let at = 0
    for (const { write, length } of this.#waiting) {
      const { file, position, chunks, named } = write
      if (at + length > sheetBytes || count === sheetOrders) break
      const order = count * orderNumbers
      this.#orders[order] = file.fd
      this.#orders[order + 1] = position
      this.#orders[order + lengthAt] = length
      this.#orders[order + 3] = named ? 1 : 0
      count += 1
      for (const chunk of chunks) {
        this.#sheet.set(chunk, at)
        at += chunk.length
      }
    }
    return count
  }

  #writeAlone({ write, done }: Piece): void {
    this.#options
      .disk(() => writeNow(write))
      .then(
        (written) => done(undefined, written),
        (error: Error) => done(error, 0),
      )
  }

  #written(failures: PenFailures): void {
    const pieces = this.#writing
    this.#writing = []
    const errors = new Map(failures.map((failure) => [failure.order, errorOf(failure)]))
    for (const [order, { done }] of pieces.entries()) {
      const error = errors.get(order)
      done(error, error === undefined ? (this.#orders[order * orderNumbers + lengthAt] ?? 0) : 0)
    }
    this.#thread.running?.unref()
    if (this.#waiting.length > 0) this.#schedule()
  }

  /** The next piece starts another thread. */
  #fail(error: Error): void {
    const pieces = [...this.#writing, ...this.#waiting]
    this.#writing = []
    this.#waiting = []
    for (const { done } of pieces) done(error, 0)
  }
}

export function lengthOf(chunks: readonly Uint8Array[]): number {
  let length = 0
  for (const chunk of chunks) length += chunk.length
  return length
}

/** Writes at once, in one of node's threads. Returns how many bytes were written; rejects as the system calls do. */
export async function writeNow({ file, chunks, position, named }: PenWrite): Promise<number> {
  const { bytesWritten } = await file.writev(chunks, position)
  if (named) demandName(await file.stat())
  return bytesWritten
}

/** It holds nothing of its own: a full heap would be a thousand consoles' worth of memory. */
const limits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 }

const startThread = (): Worker => startModule('./pen-thread.ts', limits)
