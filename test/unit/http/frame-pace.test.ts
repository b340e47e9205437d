import { describe, expect, test } from 'vitest'
import { limits } from '../../../server/contract/limits.ts'
import { FramePace } from '../../../server/http/frame-pace.ts'
import { FakeClock } from '../../fakes/clock.ts'

function paced() {
  const clock = new FakeClock()
  const socket = {
    paused: false,
    pause: () => {
      socket.paused = true
    },
    resume: () => {
      socket.paused = false
    },
  }
  const pace = new FramePace(socket, clock)
  /** How many of so many messages were heeded. */
  const heeded = (messages: number): number => {
    const outcomes = Array.from({ length: messages }, () => {
      pace.frame()
      try {
        pace.message()
        return 1
      } catch {
        return 0
      }
    })
    return outcomes.reduce<number>((sum, one) => sum + one, 0)
  }
  return { clock, socket, pace, heeded }
}

describe('frames of one viewer', () => {
  test('as many as a page sends are never held up', () => {
    const { clock, socket, pace } = paced()
    for (let second = 0; second < 60; second += 1) {
      for (let at = 0; at < 900; at += 1) pace.frame()
      clock.advance(1000)
    }
    expect(socket.paused).toBe(false)
  })

  test('what acknowledges a flood is not held up, however fast it is', () => {
    const { socket, pace } = paced()
    for (let at = 0; at < 10_000; at += 1) {
      pace.sent(limits.ackEveryBytes / 2)
      pace.ack()
    }
    expect(socket.paused).toBe(false)
  })

  test('what acknowledges nothing is read at the rate of all frames', () => {
    const { socket, pace } = paced()
    pace.sent(Number.MAX_SAFE_INTEGER)
    for (let at = 0; at < 2030; at += 1) pace.ack()
    expect(socket.paused).toBe(false)
    for (let at = 0; at < 50; at += 1) pace.ack()
    expect(socket.paused).toBe(true)
  })

  test('a flood is read at a rate, and all of it is read', () => {
    const { clock, socket, pace } = paced()
    for (let at = 0; at < 9000; at += 1) pace.frame()
    expect(socket.paused).toBe(true)
    clock.advance(6000)
    for (let at = 0; at < 100; at += 1) pace.frame()
    expect(socket.paused).toBe(true)
    clock.advance(2000)
    expect(socket.paused).toBe(false)
  })

  test('messages are heeded some at once and then so many a second', () => {
    const { clock, heeded } = paced()
    expect(heeded(10_000)).toBeLessThanOrEqual(40)
    clock.advance(60_000)
    expect(heeded(10_000)).toBeLessThanOrEqual(40)
  })

  test('a person who clicks is always heeded', () => {
    const { clock, heeded } = paced()
    for (let second = 0; second < 60; second += 1) {
      expect(heeded(10)).toBe(10)
      clock.advance(1000)
    }
  })

  test('no timer is left when the viewer has gone', () => {
    const { clock, pace } = paced()
    for (let at = 0; at < 9000; at += 1) pace.frame()
    pace.close()
    expect(clock.timers).toBe(0)
  })
})
