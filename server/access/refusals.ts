import { createHash } from 'node:crypto'
import type { Audit } from '../audit/audit.ts'
import type { Clock, Timer } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { placeOf } from './address.ts'

export interface Refusal {
  address: string | null
  /** As typed. People type passwords into this field: it is recorded only where it is the e-mail of an account. */
  email: string
  accountExists: boolean
  reason: 'wrong password' | 'no such account' | 'account is disabled' | 'too many failures'
}

/** A flood of a whole day makes at most 41 entries in each window, 12,000 in all, about 5 MB. */
const windowMs = 5 * 60_000
const mostSingly = 20

/**
 * Records refused sign-ins without letting a flood fill the disk: the first one of an e-mail and place at once, how many followed
 * when the window ends, and beyond 20 such pairs only their number. What is written does not depend on whether the account exists,
 * so the time it takes does not tell.
 */
export class Refusals implements Closable {
  readonly #parts: { audit: Pick<Audit, 'recordOrLog'>; clock: Clock }
  readonly #pairs = new Map<string, { first: Refusal; further: number }>()
  #others = 0
  #window: Timer | undefined

  constructor(parts: { audit: Pick<Audit, 'recordOrLog'>; clock: Clock }) {
    this.#parts = parts
  }

  async add(refusal: Refusal): Promise<void> {
    this.#window ??= this.#parts.clock.after(windowMs, () => void this.close())
    const key = createHash('sha256')
      .update(`${refusal.email}\n${placeOf(refusal.address)}`)
      .digest('base64')
    const pair = this.#pairs.get(key)
    if (pair !== undefined) {
      pair.further += 1
    } else if (this.#pairs.size < mostSingly) {
      this.#pairs.set(key, { first: refusal, further: 0 })
      await this.#record(refusal, {})
    } else {
      this.#others += 1
    }
  }

  /** Ends the window and writes what it counted. */
  async close(): Promise<void> {
    this.#window?.cancel()
    this.#window = undefined
    const pairs = [...this.#pairs.values()].filter(({ further }) => further > 0)
    const others = this.#others
    this.#pairs.clear()
    this.#others = 0
    for (const { first, further } of pairs) await this.#record(first, { further })
    if (others > 0) await this.#record(undefined, { further: others })
  }

  #record(refusal: Refusal | undefined, counts: { further?: number }): Promise<void> {
    return this.#parts.audit.recordOrLog({
      action: 'session.refused',
      by: { id: null, name: 'visitor', address: refusal?.address ?? null },
      target: refusal?.accountExists ? refusal.email : null,
      detail: { reason: refusal?.reason ?? 'many accounts or addresses at once', ...counts },
    })
  }
}
