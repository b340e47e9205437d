import { cpuOf } from './processes.ts'
import type { Viewers } from './viewers.ts'
import type { Worker } from './workers.ts'

const MB = 1_000_000
const withinMs = 120_000

export interface FloodOptions {
  /** The contender's process. */
  pid: number
  viewers: Worker<Viewers>
  /** Of these the viewer that looks on, from the first byte on. */
  id: number
  /** Has the device print so many bytes; gives the time of that. */
  print(bytes: number): Promise<number>
}

/** Floods of one console to one viewer, and what those that count took in all. */
export class Flood {
  readonly #options: FloodOptions
  #position = 0
  #bytes = 0
  #tookMs = 0
  #cpuMs = 0

  constructor(options: FloodOptions) {
    this.#options = options
  }

  /** One that does not count; gives how long it took, ms. Fails when a byte is wrong or missing. */
  async run(bytes: number): Promise<number> {
    const { viewers, id, print } = this.#options
    this.#position += bytes
    const startedAt = await print(bytes)
    const reachedAt = await viewers.call('reached', { id, position: this.#position, withinMs })
    const seen = (await viewers.call('seen', undefined))[id]
    if (seen?.received !== this.#position) throw new Error(`${seen?.lost} bytes were lost.`)
    return reachedAt - startedAt
  }

  /** One that counts. */
  async measure(bytes: number): Promise<void> {
    const { pid } = this.#options
    const cpuBefore = cpuOf(pid)
    this.#tookMs += await this.run(bytes)
    this.#cpuMs += (cpuOf(pid) - cpuBefore) * 1000
    this.#bytes += bytes
  }

  /** MB/s. */
  get rate(): number {
    return this.#bytes / MB / (this.#tookMs / 1000)
  }

  /** CPU, ms/MB. */
  get cost(): number {
    return this.#cpuMs / (this.#bytes / MB)
  }
}
