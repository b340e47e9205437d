import { beforeEach, describe, expect, test } from 'vitest'
import { LockKeeper } from '../../../server/console/lock-keeper.ts'
import type { LockChange } from '../../../server/console/writer-lock.ts'
import { FakeClock } from '../../fakes/clock.ts'

let clock: FakeClock
let keeper: LockKeeper
let changes: LockChange[]
beforeEach(() => {
  clock = new FakeClock()
  changes = []
  keeper = new LockKeeper({
    clock,
    times: { autoGrantMs: 30_000, idleMs: 600_000 },
    changed: (change) => changes.push(change),
  })
  keeper.act({ type: 'attach', seat: { id: 'ann', mayWrite: true, watchOnly: false } })
  keeper.act({ type: 'attach', seat: { id: 'bob', mayWrite: true, watchOnly: false } })
})

describe('the keeper of the lock', () => {
  test('grants and frees when the time has come, by its one timer', () => {
    keeper.act({ type: 'ask', id: 'bob' })
    clock.advance(29_999)
    expect(keeper.writer).toBe('ann')
    clock.advance(1)
    expect(keeper.writer).toBe('bob')
    clock.advance(600_000)
    expect(keeper.writer).toBeNull()
    expect(changes.map(({ event }) => event)).toEqual(['taken', 'asked', 'auto-granted', 'idle'])
    expect(clock.timers).toBe(0)
  })

  test('a key now and then keeps the lock, without a timer for each key', () => {
    for (let minute = 0; minute < 60; minute++) {
      clock.advance(60_000)
      keeper.act({ type: 'type', id: 'ann' })
      expect(clock.timers).toBe(1)
    }
    expect(keeper.writer).toBe('ann')
    clock.advance(600_000)
    expect(keeper.writer).toBeNull()
  })

  test('a new idle time counts at once', () => {
    keeper.setTimes({ autoGrantMs: 30_000, idleMs: 60_000 })
    clock.advance(60_000)
    expect(keeper.writer).toBeNull()
    keeper.act({ type: 'type', id: 'ann' })
    keeper.setTimes({ autoGrantMs: 30_000, idleMs: 0 })
    clock.advance(10_000_000)
    expect(keeper.writer).toBe('ann')
  })

  test('throws what the lock refuses, and leaves no timer when it is closed', () => {
    expect(() => keeper.act({ type: 'type', id: 'bob' })).toThrow(
      expect.objectContaining({ code: 'not-writer' }),
    )
    keeper.close()
    expect(clock.timers).toBe(0)
  })
})
