import { beforeEach, describe, expect, test } from 'vitest'
import { Throttle } from '../../../server/console/throttle.ts'
import type { Link } from '../../../server/console/transport.ts'
import { Turns } from '../../../server/console/turns.ts'
import { FakeClock } from '../../fakes/clock.ts'

const much = 1024 * 1024

let clock: FakeClock
let later: (() => void)[]
let reading: boolean
let link: Link | undefined
let disk: { crowded: boolean; relieved: boolean }
let throttle: Throttle
beforeEach(() => {
  clock = new FakeClock()
  later = []
  reading = true
  link = {
    breakSupported: false,
    write: () => true,
    drained: async () => undefined,
    sendBreak: async () => undefined,
    close: async () => undefined,
    pause: () => {
      reading = false
    },
    resume: () => {
      reading = true
    },
  }
  disk = { crowded: false, relieved: true }
  throttle = new Throttle({
    deviceId: 'flooded',
    turns: new Turns(clock, (run) => later.push(run)),
    clock,
    link: () => link,
    history: () => disk,
  })
})

function turn(): void {
  for (const run of later.splice(0)) run()
}

describe('a device that floods', () => {
  test('waits a turn, so that others have theirs', () => {
    throttle.count(much)
    expect(reading).toBe(false)
    turn()
    expect(reading).toBe(true)
  })

  test('waits for a disk that works, until it has taken enough', () => {
    disk = { crowded: true, relieved: false }
    throttle.count(1)
    turn()
    throttle.look()
    expect(reading).toBe(false)
    disk.relieved = true
    throttle.look()
    expect(reading).toBe(true)
    expect(clock.timers).toBe(0)
  })

  test('does not wait for a disk longer than a second', () => {
    disk = { crowded: true, relieved: false }
    throttle.count(1)
    turn()
    clock.advance(1000)
    expect(reading).toBe(true)
  })

  test('is not kept waiting where bytes would be lost', () => {
    link = { ...(link as Link), pause: undefined as never }
    throttle.count(much)
    expect(later.length).toBe(0)
    expect(reading).toBe(true)
  })
})

test('a device that prints little never waits', () => {
  for (let chunk = 0; chunk < 100; chunk++) throttle.count(1000)
  expect(reading).toBe(true)
  expect(later.length).toBe(0)
})

test('a link that took the place of another is not touched, and a close leaves no timer', () => {
  disk = { crowded: true, relieved: false }
  throttle.count(1)
  let resumed = 0
  link = { ...(link as Link), resume: () => (resumed += 1) }
  turn()
  disk.relieved = true
  throttle.look()
  expect(resumed).toBe(0)
  throttle.count(much)
  throttle.close()
  turn()
  expect(clock.timers).toBe(0)
})
