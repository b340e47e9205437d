import type { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../../base/clock.ts'
import { FileThread, startModule } from './file-thread.ts'
import type { ToSeal } from './seal.ts'
import type { SealAnswer, SealOrder } from './seal-thread.ts'
import { errorOf } from './thread-error.ts'

/** The thread ends when there was nothing to seal for so long: in a flood the next segment comes sooner. */
const idleMs = 30_000

export interface Sealing {
  /** Whether the sealed form is there; false when it was given up. Rejects as system calls do. */
  done: Promise<boolean>
  /** Has it given up as soon as can be. */
  stop(): void
}

interface SealerOptions {
  clock: Clock
  /** Starts the thread. */
  start?: () => Worker
}

/**
 * Seals segments, one after the other, in a thread of its own. Node's compression by the thread that has the consoles left so much for the
 * collector of garbage that it went through the whole heap six times a second, in the midst of a flood.
 */
export class Sealer {
  readonly #clock: Clock
  readonly #thread: FileThread<SealAnswer>
  /** What the thread has been given, in that order. */
  readonly #given: PromiseWithResolvers<boolean>[] = []
  #idle: Timer | undefined
  readonly #keys = new Int32Array(new SharedArrayBuffer(4))

  constructor({ clock, start = startThread }: SealerOptions) {
    this.#clock = clock
    this.#thread = new FileThread({
      start,
      answered: (answer) => this.#answered(answer),
      lost: (error) => this.#lost(error),
    })
  }

  /** Throws where the system lets no thread begin. */
  seal(toSeal: ToSeal): Sealing {
    this.#idle?.cancel()
    const stop = new Int32Array(new SharedArrayBuffer(4))
    const thread = this.#thread.start()
    // Whoever waits for this is not to be left alone by a process that has nothing else to do.
    thread.ref()
    thread.postMessage({ ...toSeal, stop, keys: this.#keys } satisfies SealOrder)
    // Now: where no thread can be made there will be no answer.
    const done = Promise.withResolvers<boolean>()
    this.#given.push(done)
    return {
      done: done.promise,
      stop() {
        Atomics.store(stop, 0, 1)
        Atomics.notify(stop, 0)
      },
    }
  }

  /** Somebody typed, on any console, and waits for the echo: what is sealed can wait for that. */
  typed(): void {
    Atomics.add(this.#keys, 0, 1)
  }

  /** To be called when nothing is being sealed. Resolves when the thread has ended. */
  close(): Promise<void> {
    this.#idle?.cancel()
    return this.#thread.close()
  }

  #answered(answer: SealAnswer): void {
    const done = this.#given.shift()
    if (answer.kind === 'failed') done?.reject(errorOf(answer.failure))
    else done?.resolve(answer.kind === 'sealed')
    if (this.#given.length > 0) return
    this.#thread.running?.unref()
    this.#idle = this.#clock.after(idleMs, () => this.#thread.end())
  }

  /** The next segment starts another thread. */
  #lost(error: Error): void {
    for (const done of this.#given.splice(0)) done.reject(error)
  }
}

/** Blocks and indexes that it has in hand are not in its heap. */
const limits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 32 }

const startThread = (): Worker => startModule('./seal-thread.ts', limits)
