import { beforeEach, expect, test } from 'vitest'
import { Counters } from '../../../server/access/counters.ts'
import { FakeClock } from '../../fakes/clock.ts'

let clock: FakeClock
let counters: Counters

beforeEach(() => {
  clock = new FakeClock()
  counters = new Counters(clock, { most: 3, forgetAfter: 1000 })
})

test('counts charges and their age', () => {
  counters.charge('a')
  clock.advance(10)
  counters.charge('a')
  clock.advance(5)
  expect(counters.get('a')).toEqual({ count: 2, age: 5 })
  expect(counters.get('b')).toEqual({ count: 0, age: 0 })
})

test('forgets a key that was not charged for so long, and its memory', () => {
  counters.charge('a')
  clock.advance(999)
  expect(counters.get('a').count).toBe(1)
  clock.advance(1)
  expect(counters.get('a').count).toBe(0)
  expect(counters.size).toBe(0)
})

test('holds no more keys than allowed: the one longest not charged goes', () => {
  for (const key of ['a', 'b', 'c', 'a', 'd']) counters.charge(key)
  expect(counters.size).toBe(3)
  expect(['a', 'b', 'c', 'd'].map((key) => counters.get(key).count)).toEqual([2, 0, 1, 1])
})

test('takes a charge back once, with its time', () => {
  counters.charge('a')
  clock.advance(100)
  const refund = counters.charge('a')
  refund()
  refund()
  expect(counters.get('a')).toEqual({ count: 1, age: 100 })
})

test('keeps the time of a later charge when an earlier one is taken back', () => {
  const refund = counters.charge('a')
  clock.advance(100)
  counters.charge('a')
  refund()
  expect(counters.get('a')).toEqual({ count: 1, age: 0 })
})

test('a refund after the key was cleared does nothing', () => {
  const refund = counters.charge('a')
  counters.clear('a')
  counters.charge('b')
  refund()
  expect(counters.get('a').count).toBe(0)
  expect(counters.size).toBe(1)
})
