import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Lifetime, leftOf, lookAt, newLifetime } from '../../../server/base/lifetime.ts'
import { FakeClock } from '../../fakes/clock.ts'

const hour = 3_600_000
const day = 24 * hour

test('is over after its time, and not a millisecond before', () => {
  const clock = new FakeClock()
  const lifetime = newLifetime(day, clock)
  clock.advance(day - 1)
  expect(leftOf(lookAt(lifetime, clock))).toBe(1)
  clock.advance(1)
  expect(leftOf(lookAt(lifetime, clock))).toBe(0)
})

test('whatever is done to the wall clock, it is never longer, however often it is looked at', () => {
  const step = fc.record({ advance: fc.nat(3 * hour), set: fc.integer({ min: -10 * day, max: hour }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const clock = new FakeClock()
      let lifetime: Lifetime = newLifetime(day, clock)
      let passed = 0
      for (const { advance, set } of steps) {
        clock.advance(advance)
        clock.setWall(set)
        passed += advance
        lifetime = lookAt(lifetime, clock)
        expect(leftOf(lifetime)).toBeLessThanOrEqual(Math.max(0, day - passed))
      }
    }),
  )
})

test('sleep counts: the wall clock goes on, timers do not', () => {
  const clock = new FakeClock()
  const lifetime = newLifetime(day, clock)
  clock.setWall(23 * hour)
  expect(leftOf(lookAt(lifetime, clock))).toBe(hour)
})

test.each([
  ['20 hours later', 20 * hour, 3 * hour],
  ['a day later', day, 0],
  ['with a clock that was corrected by seconds', -50_000, 23 * hour],
  ['with a clock that was set back', -2 * hour, 0],
  ['in 1970', -60 * 365 * day, 0],
])('after a restart %s', (_, moved, left) => {
  const before = new FakeClock()
  const made = newLifetime(day, before)
  before.advance(hour)
  const kept = lookAt(made, before)
  const after = new FakeClock(before.now() + moved)
  expect(leftOf(lookAt(kept, after))).toBe(left)
})
