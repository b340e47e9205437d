import { beforeEach, describe, expect, test } from 'vitest'
import { SignInLimiter } from '../../../server/access/limiter.ts'
import { AppError } from '../../../server/base/errors.ts'
import { FakeClock } from '../../fakes/clock.ts'

const home = '192.0.2.1'
let clock: FakeClock
let limiter: SignInLimiter

beforeEach(() => {
  clock = new FakeClock()
  limiter = new SignInLimiter(clock)
})

describe('one account at one place', () => {
  test('may fail five times at once, and then waits longer each time, at most five minutes', async () => {
    await fail('ann', home, 5)
    const waits: number[] = []
    for (let round = 0; round < 12; round += 1) {
      await fail('ann', home)
      waits.push(await waitOf('ann', home))
      clock.advance((await waitOf('ann', home)) * 1000)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
  })

  test('counts attempts that are under way', async () => {
    const attempts = Array.from({ length: 6 }, () => limiter.admit('ann', home))
    expect(() => limiter.admit('ann', home)).toThrow(AppError)
    await attempts[0]?.settle(async () => 'in')
    expect(await waitOf('ann', home)).toBe(0)
  })

  test('starts anew after a success', async () => {
    await fail('ann', home, 5)
    await succeed('ann', home)
    await fail('ann', home, 5)
    expect(await waitOf('ann', home)).toBe(0)
  })

  test('starts anew an hour after the last failure', async () => {
    await fail('ann', home, 6)
    clock.advance(3_600_000)
    await fail('ann', home, 5)
    expect(await waitOf('ann', home)).toBe(0)
  })

  test('does not count an attempt whose password nobody looked at', async () => {
    await fail('ann', home, 5)
    for (let round = 0; round < 20; round += 1) {
      const attempt = limiter.admit('ann', home)
      await expect(attempt.settle(() => Promise.reject(new Error('too busy')))).rejects.toThrow('too busy')
    }
    expect(await waitOf('ann', home)).toBe(0)
  })

  test('does not wait longer for having asked too early', async () => {
    await fail('ann', home, 9)
    const wait = await waitOf('ann', home)
    clock.advance(1000)
    expect(await waitOf('ann', home)).toBe(wait - 1)
  })

  test('says in words and seconds how long', async () => {
    await fail('ann', home, 9)
    expect(() => limiter.admit('ann', home)).toThrow(
      expect.objectContaining({
        code: 'try-later',
        retryAfter: 8,
        message: 'Too many sign-ins have failed. Try again in 8 seconds.',
      }),
    )
  })
})

describe('one place', () => {
  test('may fail with twenty accounts, and then everybody new there waits', async () => {
    for (let index = 0; index < 21; index += 1) await fail(`user${index}`, home)
    expect(await waitOf('somebody', home)).toBe(1)
    expect(await waitOf('somebody', '192.0.2.2')).toBe(0)
  })

  test('is a whole IPv6 /64', async () => {
    for (let index = 0; index < 21; index += 1) await fail(`user${index}`, `2001:db8::${index.toString(16)}`)
    expect(await waitOf('somebody', '2001:db8::ffff')).toBe(1)
    expect(await waitOf('somebody', '2001:db8:0:1::1')).toBe(0)
  })

  test('is not paid for with a success of another account', async () => {
    await succeed('mallory', home)
    for (let index = 0; index < 21; index += 1) {
      await fail(`user${index}`, home)
      await succeed('mallory', home)
    }
    expect(await waitOf('somebody', home)).toBe(1)
  })
})

describe('one account from everywhere', () => {
  test('waits after fifty failures, at most a minute', async () => {
    await failFromEverywhere('ann', 51)
    expect(await waitOf('ann', '203.0.113.1')).toBe(1)
    for (let index = 0; index < 20; index += 1) {
      clock.advance(60_000)
      await fail('ann', `198.51.100.${index}`)
    }
    expect(await waitOf('ann', '203.0.113.1')).toBe(60)
  })

  test('does not wait at its usual place, whatever happens elsewhere or with other accounts there', async () => {
    await succeed('ann', home)
    for (let index = 0; index < 30; index += 1) await fail(`user${index}`, home)
    expect(await waitOf('somebody', home)).toBeGreaterThan(0)
    expect(await waitOf('ann', home)).toBe(0)
    await failFromEverywhere('ann', 100)
    expect(await waitOf('ann', '203.0.113.1')).toBeGreaterThan(0)
    expect(await waitOf('ann', home)).toBe(0)
  })

  test('still counts for itself at its usual place', async () => {
    await succeed('ann', home)
    await fail('ann', home, 6)
    expect(await waitOf('ann', home)).toBe(1)
  })

  test('has no usual place any more after 30 days', async () => {
    limiter.remember('ann', home)
    clock.advance(30 * 86_400_000)
    await failFromEverywhere('ann', 51)
    expect(await waitOf('ann', home)).toBe(1)
  })
})

test('people at their usual place take the lane of their own', async () => {
  limiter.remember('ann', home)
  const lanes: string[] = []
  for (const email of ['ann', 'bob'])
    await limiter.admit(email, home).settle(async (lane) => lanes.push(lane))
  expect(lanes).toEqual(['usual', 'strange'])
})

async function fail(email: string, address: string, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    clock.advance((await waitOf(email, address)) * 1000)
    await limiter.admit(email, address).settle(async () => undefined)
  }
}

async function failFromEverywhere(email: string, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) await fail(email, `10.${index >> 8}.${index & 255}.1`)
}

async function succeed(email: string, address: string): Promise<void> {
  clock.advance((await waitOf(email, address)) * 1000)
  await limiter.admit(email, address).settle(async () => 'in')
}

/** Seconds until an attempt would be admitted; asking changes nothing. */
async function waitOf(email: string, address: string): Promise<number> {
  try {
    const asking = limiter.admit(email, address).settle(() => Promise.reject(new Error('only asked')))
    await asking.catch(() => undefined)
    return 0
  } catch (error) {
    return error instanceof AppError ? (error.retryAfter ?? 0) : Number.NaN
  }
}
