import { beforeEach, expect, test } from 'vitest'
import { Refusals } from '../../../server/access/refusals.ts'
import type { Act } from '../../../server/audit/entry.ts'
import { FakeClock } from '../../fakes/clock.ts'

const minutes = 60_000
const refused = {
  address: '192.0.2.1',
  email: 'ann@example.org',
  accountExists: true,
  reason: 'wrong password',
} as const

let clock: FakeClock
let acts: Act[]
let refusals: Refusals

beforeEach(() => {
  clock = new FakeClock()
  acts = []
  refusals = new Refusals({
    clock,
    audit: {
      async recordOrLog(act) {
        acts.push(act)
      },
    },
  })
})

test('the first one is recorded at once', async () => {
  await refusals.add(refused)
  expect(acts).toEqual([
    {
      action: 'session.refused',
      by: { id: null, name: 'visitor', address: '192.0.2.1' },
      target: 'ann@example.org',
      detail: { reason: 'wrong password' },
    },
  ])
})

test('what was typed is not recorded where no account has that e-mail: it may be a password', async () => {
  await refusals.add({
    ...refused,
    email: 'hunter2@hunter2',
    accountExists: false,
    reason: 'no such account',
  })
  expect(acts).toMatchObject([{ target: null, detail: { reason: 'no such account' } }])
  expect(JSON.stringify(acts)).not.toContain('hunter2')
})

test('how many followed is recorded when five minutes are over', async () => {
  for (let time = 0; time < 1000; time += 1) await refusals.add(refused)
  expect(acts).toHaveLength(1)
  clock.advance(5 * minutes)
  await refusals.close()
  expect(acts).toHaveLength(2)
  expect(acts[1]?.detail).toEqual({ reason: 'wrong password', further: 999 })
})

test('a window without further ones ends without a word, and the next one is recorded at once', async () => {
  await refusals.add(refused)
  clock.advance(5 * minutes)
  expect(clock.timers).toBe(0)
  await refusals.add(refused)
  expect(acts).toHaveLength(2)
})

test('a flood from everywhere makes at most 41 entries in a window', async () => {
  for (let time = 0; time < 5000; time += 1) {
    await refusals.add({ ...refused, address: `10.0.0.${time % 30}` })
  }
  await refusals.close()
  expect(acts).toHaveLength(41)
  const further = acts.reduce((sum, { detail }) => sum + Number(detail?.further ?? 1), 0)
  expect(further).toBe(5000)
  expect(acts.at(-1)).toMatchObject({
    target: null,
    detail: { reason: 'many accounts or addresses at once' },
  })
})

test('writes the same for an account that exists and one that does not', async () => {
  const written = async (accountExists: boolean): Promise<number[]> => {
    const counts: number[] = []
    for (let time = 0; time < 3; time += 1) {
      await refusals.add({ ...refused, email: `${accountExists}${time % 2}@example.org`, accountExists })
      counts.push(acts.length)
    }
    acts.length = 0
    return counts
  }
  expect(await written(true)).toEqual(await written(false))
})

test('closing writes what was counted and leaves no timer', async () => {
  await refusals.add(refused)
  await refusals.add(refused)
  await refusals.close()
  expect(acts).toHaveLength(2)
  expect(clock.timers).toBe(0)
})
