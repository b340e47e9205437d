import type { Log } from '../../base/log.ts'
import type { IpmiAccess } from './ipmitool.ts'
import type { SolMarks } from './marks.ts'
import { holderOfPayload } from './payload.ts'

export interface PayloadWatchParts {
  access: IpmiAccess
  marks: SolMarks
  log: Log
  /** How long a console may be silent both ways before the BMC is asked whose it is. */
  everyMs: number
  /** Somebody else has the console, or nobody. */
  lost: () => void
}

/**
 * Learns from the BMC which session has the console, right after it is ours, and notes it. Later asks again, since neither BMC nor
 * ipmitool says that somebody took it: the line would be deaf for good. That costs a login each time, so it is asked seldom.
 */
export class PayloadWatch {
  readonly #parts: PayloadWatchParts
  readonly #stop = new AbortController()
  #asking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #ours: string | undefined
  #alive = false

  constructor(parts: PayloadWatchParts) {
    this.#parts = parts
  }

  start(): void {
    this.#asking = this.#note()
  }

  /** Bytes came or went: the console is ours. */
  seen(): void {
    this.#alive = true
  }

  /** Ends asking. `gaveBack`: the session is over and nobody needs to end it later. */
  async close(gaveBack: boolean): Promise<void> {
    this.#stop.abort()
    clearTimeout(this.#timer)
    await this.#asking
    if (!gaveBack || this.#asking === undefined) return
    // Also when this session was not noted: one noted before it is over since it began.
    await this.#parts.marks.end(bmcOf(this.#parts.access)).catch(this.#notNoted)
  }

  async #note(): Promise<void> {
    const { access, marks } = this.#parts
    const holder = await this.#ask()
    if (holder === 'unknown' || holder === 'nobody') return
    this.#ours = holder
    await marks.begin(bmcOf(access), holder).catch(this.#notNoted)
    this.#wait()
  }

  #wait(): void {
    if (this.#stop.signal.aborted) return
    this.#alive = false
    this.#timer = setTimeout(() => {
      if (this.#alive) this.#wait()
      else this.#asking = this.#check()
    }, this.#parts.everyMs)
  }

  async #check(): Promise<void> {
    const holder = await this.#ask()
    if (this.#stop.signal.aborted) return
    if (holder === 'unknown' || holder === this.#ours) this.#wait()
    else this.#parts.lost()
  }

  async #ask(): Promise<string> {
    // What fails here says nothing of the console: it goes on, and ipmitool ends it when the BMC is gone.
    return holderOfPayload(this.#parts.access, this.#stop.signal).catch(() => 'unknown')
  }

  #notNoted = (error: unknown): void => {
    const message =
      'A SOL session could not be noted: should the gateway be killed, the console may be busy for a minute.'
    this.#parts.log.warn({ error: String(error) }, message)
  }
}

export const bmcOf = ({ address, config }: IpmiAccess) => ({ address, port: config.port })
