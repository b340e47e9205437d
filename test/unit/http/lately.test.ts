import { expect, test } from 'vitest'
import { Lately } from '../../../server/http/lately.ts'
import { FakeClock } from '../../fakes/clock.ts'

test('what goes on is told once in a while, each for itself', () => {
  const clock = new FakeClock()
  const reads = new Lately(clock, 1000)
  expect([reads.isFirst('ada'), reads.isFirst('ada'), reads.isFirst('bob')]).toEqual([true, false, true])
  clock.advance(999)
  expect(reads.isFirst('ada')).toBe(false)
  clock.advance(1)
  expect([reads.isFirst('ada'), reads.isFirst('ada')]).toEqual([true, false])
})
