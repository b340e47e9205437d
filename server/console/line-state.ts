import { type Backoff, delayAfter } from '../base/backoff.ts'
import type { Cause, CauseCode, LineState } from '../contract/line.ts'

/** A line's state with what only its transitions need. */
export interface LineModel {
  state: LineState
  /** Attempts that failed, or links that did not stay good, since the last link that did. */
  failures: number
  /** How long to stay in `waiting`, ms. A duration, since wall time may jump. */
  waitMs: number
}

export type LineEvent =
  | { type: 'enabled' }
  | { type: 'disabled' }
  | { type: 'opened' }
  | { type: 'failed'; cause: Cause }
  /** An open link ended; `upMs` is how long it had been open. */
  | { type: 'closed'; cause: Cause; upMs: number }
  | { type: 'wait-over' }
  /** A person wants a new attempt now. */
  | { type: 'reconnect' }
  /** What the link is made from has changed: what failed before says nothing any more. */
  | { type: 'changed' }

export interface LineCircumstances {
  now: number
  random: number
  backoff: Backoff
}

/**
 * Causes that another attempt a second later cannot mend, and that do harm when tried often: BMCs lock an account after a few wrong
 * passwords. They wait the longest delay at once, and are still retried, since somebody may mend the far end.
 */
const slowCauses: ReadonlySet<CauseCode> = new Set<CauseCode>([
  'wrong-credentials',
  'credentials-missing',
  'host-key-unknown',
  'host-key-changed',
  'no-common-algorithm',
  'not-allowed',
  'program-missing',
])

export function initialLine(now: number): LineModel {
  return { state: { state: 'disabled', since: now }, failures: 0, waitMs: 0 }
}

/** The only way a line's state changes. Returns the same object when the event means nothing in this state. */
export function nextLine(model: LineModel, event: LineEvent, circumstances: LineCircumstances): LineModel {
  const { state } = model
  const { now } = circumstances
  if (event.type === 'disabled') return state.state === 'disabled' ? model : initialLine(now)
  if (state.state === 'disabled') return event.type === 'enabled' ? connecting(0, now) : model
  if (event.type === 'changed') return connecting(0, now)
  switch (state.state) {
    case 'connecting':
      if (event.type === 'opened') {
        return { ...model, state: { state: 'online', since: now, lastDataAt: null } }
      }
      return event.type === 'failed' ? waiting(model.failures + 1, event.cause, circumstances) : model
    case 'online':
      if (event.type === 'reconnect') return connecting(model.failures, now)
      if (event.type !== 'closed') return model
      return waiting(failuresAfter(model, event.upMs, circumstances), event.cause, circumstances)
    case 'waiting':
      return event.type === 'wait-over' || event.type === 'reconnect'
        ? connecting(model.failures, now)
        : model
  }
}

function failuresAfter(model: LineModel, upMs: number, { backoff }: LineCircumstances): number {
  return upMs >= backoff.goodAfter ? 1 : model.failures + 1
}

function connecting(failures: number, now: number): LineModel {
  return { state: { state: 'connecting', since: now, attempt: failures + 1 }, failures, waitMs: 0 }
}

function waiting(failures: number, cause: Cause, { now, random, backoff }: LineCircumstances): LineModel {
  const waitMs = slowCauses.has(cause.code) ? backoff.most : delayAfter(backoff, failures, random)
  return {
    state: { state: 'waiting', since: now, attempt: failures, retryAt: now + waitMs, cause },
    failures,
    waitMs,
  }
}
