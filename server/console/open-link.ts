import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Cause } from '../contract/line.ts'
import { type Link, LinkError } from './transport.ts'

const connectTimeoutMs = 20_000

/** What a transport may take to give up after it was told to. */
const graceMs = 5000

export type OpenOutcome = { kind: 'link'; link: Link } | { kind: 'failed'; cause: Cause }

export interface OpenAttempt {
  open(signal: AbortSignal): Promise<Link>
  /** Aborted here when the time is over; the caller may do so earlier. */
  abort: AbortController
  timeoutMs?: number
  clock: Clock
  log: Log
}

/** Opens a link within a time. Never rejects. A transport that does not give up in time is left behind, and its late link closed. */
export async function openLink({
  open,
  abort,
  timeoutMs = connectTimeoutMs,
  clock,
  log,
}: OpenAttempt): Promise<OpenOutcome> {
  const timer = clock.after(timeoutMs, () => abort.abort())
  const late = Promise.withResolvers<OpenOutcome>()
  let grace: Timer | undefined
  const giveUp = (): void => {
    grace ??= clock.after(graceMs, () => late.resolve(gaveUpOn))
  }
  abort.signal.addEventListener('abort', giveUp)
  const opening = settle(open, abort.signal, log)
  const outcome = await Promise.race([opening, late.promise])
  timer.cancel()
  // The owner also aborts when it lets go of a link that has long been open.
  abort.signal.removeEventListener('abort', giveUp)
  grace?.cancel()
  if (outcome === gaveUpOn) {
    log.error({}, 'a transport did not give up when told to')
    opening.then((result) => (result.kind === 'link' ? result.link.close() : undefined))
  }
  return outcome
}

const gaveUpOn: OpenOutcome = {
  kind: 'failed',
  cause: { code: 'timeout', message: 'The connection could neither be made nor given up in time.' },
}

async function settle(
  open: (signal: AbortSignal) => Promise<Link>,
  signal: AbortSignal,
  log: Log,
): Promise<OpenOutcome> {
  try {
    return { kind: 'link', link: await open(signal) }
  } catch (error) {
    if (error instanceof LinkError) return { kind: 'failed', cause: error.reason }
    log.error({ error: String(error) }, 'a transport failed in a way it should not')
    const message = error instanceof Error ? error.message : 'unknown failure'
    return { kind: 'failed', cause: { code: 'other', message } }
  }
}

/** Resolves when the promise settles either way, at the latest after `ms`. Never rejects. */
export function within(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, resolve)
    const settled = (): void => {
      timer.cancel()
      resolve()
    }
    promise.then(settled, settled)
  })
}
