import { beforeEach, expect, test } from 'vitest'
import { Calm } from '../../../server/console/calm.ts'
import { FakeClock } from '../../fakes/clock.ts'

let clock: FakeClock
let end: number
let calm: Calm
beforeEach(() => {
  clock = new FakeClock()
  end = 0
  calm = new Calm(clock)
})

/** Whether the waiting is over. */
function wait(): () => Promise<boolean> {
  let over = false
  calm
    .wait(() => end)
    .then(() => {
      over = true
    })
  return async () => {
    await Promise.resolve()
    return over
  }
}

test('a flood is over when it has paused', async () => {
  const over = wait()
  for (let at = 0; at < 3; at++) {
    end += 1000
    clock.advance(20)
    expect(await over()).toBe(false)
  }
  clock.advance(20)
  expect(await over()).toBe(true)
  expect(clock.timers).toBe(0)
})

test('a device that goes on regardless is not waited for', async () => {
  const over = wait()
  for (let at = 0; at < 10; at++) {
    end += 1000
    clock.advance(20)
  }
  expect(await over()).toBe(true)
})

test('its end leaves nobody waiting', async () => {
  const over = wait()
  end += 1000
  calm.close()
  expect(await over()).toBe(true)
  expect(clock.timers).toBe(0)
})
