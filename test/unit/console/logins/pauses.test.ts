import { expect, test } from 'vitest'
import { Pauses, type Pausing } from '../../../../server/console/logins/pauses.ts'
import { FakeClock } from '../../../fakes/clock.ts'

class Printing implements Pausing {
  chunks = 0
  told = 0
  paused(): void {
    this.told += 1
  }
}

test('who printed is told of a pause once, when it is one; a timer runs only until then', () => {
  const clock = new FakeClock()
  const pauses = new Pauses(clock)
  const [one, other] = [new Printing(), new Printing()]
  const [watched, dropped] = [pauses.watch(one), pauses.watch(other)]
  const print = () => {
    one.chunks += 1
    watched.printed()
  }
  for (let turn = 0; turn < 20; turn += 1) {
    print()
    clock.advance(149)
  }
  expect(one.told).toBe(0)
  other.chunks += 1
  dropped.printed()
  dropped.drop()
  clock.advance(51)
  expect([one.told, other.told, clock.timers]).toEqual([1, 0, 0])
  clock.advance(10_000)
  print()
  expect(clock.timers).toBe(1)
  clock.advance(200)
  expect([one.told, clock.timers]).toEqual([2, 0])
})
