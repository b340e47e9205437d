import { type ResourceLimits, Worker } from 'node:worker_threads'

interface FileThreadOptions<Answer> {
  start(): Worker
  answered(answer: Answer): void
  /** It ended by itself: what it had been given is not answered any more. */
  lost(error: Error): void
}

/** A thread that waits for the disk in the place of the gateway's own: started when it is needed, and again after it was lost. */
export class FileThread<Answer> {
  readonly #options: FileThreadOptions<Answer>
  #worker: Worker | undefined
  #ended: Promise<unknown> = Promise.resolve()

  constructor(options: FileThreadOptions<Answer>) {
    this.#options = options
  }

  get running(): Worker | undefined {
    return this.#worker
  }

  /** The same as `start`; undefined where the system lets no thread begin. */
  tryStart(): Worker | undefined {
    try {
      return this.start()
    } catch {
      return undefined
    }
  }

  /** The one that runs, or a new one. Throws where the system lets no thread begin. */
  start(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const { start, answered } = this.#options
    const worker = start()
    this.#worker = worker
    worker.on('message', (answer: Answer) => {
      if (this.#worker === worker) answered(answer)
    })
    worker.on('error', (error) => this.#lost(worker, error))
    this.#ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.once('exit', () => this.#lost(worker, new Error('A thread that waits for the disk has ended.')))
    return worker
  }

  /** It has nothing more to do. */
  end(): void {
    void this.#worker?.terminate()
    this.#worker = undefined
  }

  /** Ends it, if it runs. Resolves when it has ended. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
    await this.#ended
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#options.lost(error)
  }
}

/** Runs a module of this folder in a thread. It says nothing, and the process's own output is not to be touched for it. */
export function startModule(name: string, resourceLimits: ResourceLimits): Worker {
  return new Worker(new URL(name, import.meta.url), { resourceLimits, stdout: true, stderr: true })
}
