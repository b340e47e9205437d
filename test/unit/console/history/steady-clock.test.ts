import { expect, test } from 'vitest'
import type { Clock } from '../../../../server/base/clock.ts'
import { SteadyClock } from '../../../../server/console/history/steady-clock.ts'

const hour = 60 * 60 * 1000

/** A wall clock that somebody sets. */
function settable() {
  let elapsed = 0
  let wall = Date.UTC(2030, 0, 1)
  const unused = (): never => {
    throw new Error('A clock is only read here.')
  }
  const clock: Clock = { now: () => wall, monotonic: () => elapsed, after: unused, every: unused }
  return {
    clock,
    pass(ms: number) {
      elapsed += ms
      wall += ms
    },
    set(ms: number) {
      wall += ms
    },
  }
}

test('is believed after a day in step', () => {
  const { clock, pass } = settable()
  const steady = new SteadyClock(clock)
  for (let at = 0; at < 24; at += 1) {
    expect(steady.proven).toBe(false)
    pass(hour)
  }
  expect(steady.proven).toBe(true)
})

test.each([10 * 365 * 24 * hour, -40 * 365 * 24 * hour, hour])('a jump of %i ms begins a new day', (jump) => {
  const { clock, pass, set } = settable()
  const steady = new SteadyClock(clock)
  pass(25 * hour)
  set(jump)
  expect(steady.proven).toBe(false)
  pass(23 * hour)
  expect(steady.proven).toBe(false)
  pass(hour)
  expect(steady.proven).toBe(true)
})

test('seconds set by a time server are no jump', () => {
  const { clock, pass, set } = settable()
  const steady = new SteadyClock(clock)
  for (let at = 0; at < 24; at += 1) {
    pass(hour)
    set(at % 2 === 0 ? 20_000 : -20_000)
    expect(steady.proven).toBe(at === 23)
  }
  expect(steady.proven).toBe(true)
})
