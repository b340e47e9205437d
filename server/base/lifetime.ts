import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { type Moment, momentOf, passedBetween } from './moments.ts'

/**
 * How much of its time something has spent that must end in time whatever becomes of the clock. It is kept where it outlives the
 * process; all in milliseconds.
 */
export interface Lifetime {
  lifeMs: number
  /** What was spent when it was last looked at. */
  spentMs: number
  /** When that was, on the wall clock, and on a steady clock. */
  seenAt: number
  seenSteady: number
  /** Which steady clock: that of another process says nothing about this one. */
  seenBy: string
}

/** A wall clock that is this much behind its own past is one that a time server corrected; more, and nobody knows what time it is. */
const correctionMs = 60_000

const names = new WeakMap<Clock, string>()

export function newLifetime(lifeMs: number, clock: Clock): Lifetime {
  return { lifeMs, spentMs: 0, ...seen(momentOf(clock), nameOf(clock)) }
}

/**
 * The same lifetime as it stands now. Of two clocks the one that says more is believed, so that neither setting one back nor sleep
 * makes it longer; a clock that is set forward makes it shorter. After a restart there is only the wall clock: one that stands before
 * its own past cannot say how long the gateway was down, and then all of the time is spent.
 */
export function lookAt(lifetime: Lifetime, clock: Clock): Lifetime {
  const by = nameOf(clock)
  const now = momentOf(clock)
  const { spentMs, lifeMs } = lifetime
  const passed = passedSince(lifetime, now, by)
  return { lifeMs, spentMs: passed === undefined ? lifeMs : spentMs + passed, ...seen(now, by) }
}

/** What is left of it; 0 when it is over. */
export function leftOf({ lifeMs, spentMs }: Lifetime): number {
  return Math.max(0, lifeMs - spentMs)
}

function passedSince({ seenAt, seenSteady, seenBy }: Lifetime, now: Moment, by: string): number | undefined {
  const passed = passedBetween({ wall: seenAt, steady: seenSteady }, now)
  if (seenBy === by) return Math.ceil(Math.max(passed.wall, passed.steady, 0))
  return passed.wall < -correctionMs ? undefined : Math.max(passed.wall, 0)
}

function seen({ wall, steady }: Moment, by: string): Pick<Lifetime, 'seenAt' | 'seenSteady' | 'seenBy'> {
  return { seenAt: wall, seenSteady: Math.floor(steady), seenBy: by }
}

function nameOf(clock: Clock): string {
  const name = names.get(clock) ?? randomUUID()
  names.set(clock, name)
  return name
}
