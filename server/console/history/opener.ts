import type { Worker } from 'node:worker_threads'
import { atMost } from '../../base/at-most.ts'
import { FileThread, startModule } from './file-thread.ts'
import { sharedFiles } from './files.ts'
import { type FolderOptions, type OpenedFolder, openFolder } from './open-folder.ts'
import type { OpenAnswer, OpenOrder } from './opening-thread.ts'
import { firstReserve } from './reserve.ts'
import type { SavedState } from './state-file.ts'
import { errorOf } from './thread-error.ts'

/** Histories that are opened at the same time. */
const openingAtOnce = 16
/** So many at once are opened by a thread of their own, which takes a moment and some megabytes: a small gateway is spared it. */
const manyFolders = 32

/** A history that is open, and its first reserve, which is noted by now or soon; undefined when it could not be. Never rejects. */
export interface Opening {
  opened: OpenedFolder
  reserve: Promise<SavedState | undefined>
}

interface Order {
  options: FolderOptions
  done: PromiseWithResolvers<Opening>
  reserve: PromiseWithResolvers<SavedState | undefined>
}

interface OpenerOptions {
  /** Starts the thread. */
  start?: () => Worker
}

/**
 * Opens the folders of histories, many of them in a thread that lasts no longer than they do: a gateway that starts with a thousand
 * consoles has its own thread connect them meanwhile.
 */
export class Opener {
  readonly #atOnce = atMost(openingAtOnce)
  #waiting: Order[] = []
  #scheduled = false
  readonly #thread: FileThread<OpenAnswer[]>
  /** What the thread has been given, by number. */
  readonly #given = new Map<number, Order>()
  #orders = 0

  constructor({ start = startThread }: OpenerOptions = {}) {
    this.#thread = new FileThread({
      start,
      answered: (answers) => this.#answered(answers),
      lost: (error) => this.#lost(error),
    })
  }

  /** Rejects as system calls do. */
  open(options: FolderOptions): Promise<Opening> {
    const done = Promise.withResolvers<Opening>()
    this.#waiting.push({ options, done, reserve: Promise.withResolvers() })
    // It starts while the others are still being asked for.
    if (this.#waiting.length === manyFolders) this.#thread.tryStart()
    if (!this.#scheduled) setImmediate(() => this.#begin())
    this.#scheduled = true
    return done.promise
  }

  /** To be called when nothing is being opened. Resolves when the thread has ended. */
  close(): Promise<void> {
    return this.#thread.close()
  }

  #begin(): void {
    this.#scheduled = false
    const orders = this.#waiting.splice(0)
    const thread = this.#thread.running
    if (thread === undefined) {
      for (const { options, done } of orders)
        this.#atOnce(() => openAlone(options)).then(done.resolve, done.reject)
      return
    }
    const numbered = orders.map((order): OpenOrder => {
      this.#orders += 1
      this.#given.set(this.#orders, order)
      return { order: this.#orders, options: order.options }
    })
    thread.postMessage(numbered)
  }

  #answered(answers: OpenAnswer[]): void {
    for (const answer of answers) this.#answeredOne(answer)
    if (this.#given.size === 0) this.#thread.end()
  }

  #answeredOne(answer: OpenAnswer): void {
    const given = this.#given.get(answer.order)
    if (given === undefined) return
    const { done, reserve } = given
    if (answer.kind === 'opened') done.resolve({ opened: answer.opened, reserve: reserve.promise })
    if (answer.kind === 'failed') done.reject(errorOf(answer.failure))
    if (answer.kind === 'noted') reserve.resolve(answer.state)
    if (answer.kind !== 'opened') this.#given.delete(answer.order)
  }

  /** Whoever tries again starts another thread. */
  #lost(error: Error): void {
    for (const { done, reserve } of this.#given.values()) {
      done.reject(error)
      reserve.resolve(undefined)
    }
    this.#given.clear()
  }
}

async function openAlone(options: FolderOptions): Promise<Opening> {
  const opened = await openFolder(options, sharedFiles)
  const state = await firstReserve(options, opened, sharedFiles)
  return { opened, reserve: Promise.resolve(state) }
}

/** It holds little of its own, and what malloc gave to it stays with the process. */
const limits = { maxYoungGenerationSizeMb: 1 }

const startThread = (): Worker => startModule('./opening-thread.ts', limits)
