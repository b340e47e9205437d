import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Closable } from '../../base/closing.ts'
import { AppError } from '../../base/errors.ts'
import type { SearchJob, SearchTurn } from './search-job.ts'
import { createPattern, type PatternOptions } from './search-pattern.ts'

/** Threads that search at the same time. They may take what the consoles leave of the processor, not its memory. */
const mostAtOnce = 4
const mostOfOneUser = 2
/** A thread that found its answer is kept for the next question so long. */
const idleMs = 30_000
/** Of one thread's heap; the blocks it reads lie beside it, a few at a time. */
const heapMiB = 128

/** Searching, for one question. Whoever has it ends it. */
export interface Search extends AsyncDisposable {
  /** Searches one history; the last turn is not `more`. The next one is searched for only when it is asked for. */
  run(job: SearchJob): AsyncGenerator<SearchTurn>
}

/** Searches histories in threads of their own, so that consoles notice nothing. */
export class Searches implements Closable {
  readonly #clock: Clock
  readonly #users = new Map<string, number>()
  readonly #running = new Set<Worker>()
  #idle: { worker: Worker; timer: Timer } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws AppError `try-later` when too many are under way. */
  begin(userId: string): Search {
    const own = this.#users.get(userId) ?? 0
    if (own >= mostOfOneUser)
      throw tooMany(`${mostOfOneUser} searches of yours are under way, and no more are done at once.`)
    if (this.#running.size >= mostAtOnce)
      throw tooMany(`${mostAtOnce} searches are under way, and the gateway does no more at once.`)
    const worker = this.#take()
    this.#users.set(userId, own + 1)
    this.#running.add(worker)
    /** In the middle of a turn: the thread is of no more use than what it is doing. */
    let busy = false
    const ask = async (message: SearchJob | 'go'): Promise<SearchTurn> => {
      busy = true
      worker.postMessage(message)
      const turn = await answer(worker)
      busy = false
      return turn
    }
    return {
      async *run(job) {
        for (let turn = await ask(job); ; turn = await ask('go')) {
          yield turn
          if (turn.state !== 'more') return
        }
      },
      [Symbol.asyncDispose]: async () => {
        this.#leave(userId)
        this.#running.delete(worker)
        if (busy) await worker.terminate()
        else await this.#keep(worker)
      },
    }
  }

  async close(): Promise<void> {
    const idle = this.#idle
    this.#idle = undefined
    idle?.timer.cancel()
    await Promise.all([idle?.worker.terminate(), ...[...this.#running].map((worker) => worker.terminate())])
  }

  #take(): Worker {
    const idle = this.#idle
    this.#idle = undefined
    idle?.timer.cancel()
    if (idle !== undefined) return idle.worker
    const worker = new Worker(new URL('./search-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    })
    // Who waits for an answer hears of it; without a listener it would end the gateway.
    worker.on('error', () => undefined)
    return worker
  }

  async #keep(worker: Worker): Promise<void> {
    if (this.#idle !== undefined || worker.threadId < 0) {
      await worker.terminate()
      return
    }
    const timer = this.#clock.after(idleMs, () => {
      this.#idle = undefined
      void worker.terminate()
    })
    this.#idle = { worker, timer }
  }

  #leave(userId: string): void {
    const left = (this.#users.get(userId) ?? 0) - 1
    if (left > 0) this.#users.set(userId, left)
    else this.#users.delete(userId)
  }
}

/** Throws AppError `bad-request` in words when it is no regular expression. */
export function checkPattern(options: PatternOptions): void {
  try {
    createPattern(options)
  } catch (error) {
    const message = error instanceof Error ? error.message : 'it cannot be read'
    throw new AppError('bad-request', `The text to look for is not a regular expression. ${message}.`)
  }
}

/** Rejects when the thread fails or ends instead. */
async function answer(worker: Worker): Promise<SearchTurn> {
  const over = new AbortController()
  try {
    const ended = once(worker, 'exit', { signal: over.signal }).then(() => {
      throw new AppError('try-later', 'The search was stopped.')
    })
    const [turn] = await Promise.race([once(worker, 'message', { signal: over.signal }), ended])
    return turn as SearchTurn
  } finally {
    over.abort()
  }
}

function tooMany(what: string): AppError {
  return new AppError('try-later', `${what} Wait until one has ended, or stop one.`, { retryAfter: 5 })
}
