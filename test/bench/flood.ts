import { cpuOf } from './processes.ts'
import { sum } from './results.ts'
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

/** What one flood took. */
export interface Flooded {
  bytes: number
  tookMs: number
  /** Of the contender, CPU. */
  cpuMs: number
}

/** Floods of one console to one viewer, one after the other. */
export class Flood {
  readonly #options: FloodOptions
  #position = 0

  constructor(options: FloodOptions) {
    this.#options = options
  }

  /** Fails when a byte is wrong or missing. */
  async run(bytes: number): Promise<Flooded> {
    const { pid, viewers, id, print } = this.#options
    this.#position += bytes
    const cpuBefore = cpuOf(pid)
    const startedAt = await print(bytes)
    const reachedAt = await viewers.call('reached', { id, position: this.#position, withinMs })
    const cpuMs = (cpuOf(pid) - cpuBefore) * 1000
    const { received, lost } = await viewers.call('seenBy', { id })
    if (received !== this.#position) throw new Error(`${lost} bytes were lost.`)
    return { bytes, tookMs: reachedAt - startedAt, cpuMs }
  }
}

/** MB/s of several together. */
export function rateOf(floods: Flooded[]): number {
  return megabytes(floods) / (sum(floods.map(({ tookMs }) => tookMs)) / 1000)
}

/** CPU of several together, ms/MB. */
export function costOf(floods: Flooded[]): number {
  return sum(floods.map(({ cpuMs }) => cpuMs)) / megabytes(floods)
}

function megabytes(floods: Flooded[]): number {
  return sum(floods.map(({ bytes }) => bytes)) / MB
}
