import { expect, test } from 'vitest'
import { createLog } from '../../../../server/base/log.ts'
import { Reserve } from '../../../../server/console/history/reserve.ts'
import type { SavedState } from '../../../../server/console/history/state-file.ts'
import { FakeClock } from '../../../fakes/clock.ts'

const noted: SavedState = { seq: 8, reserved: 5000, ahead: 1000, clean: false, at: 0, boot: 'this boot' }

function begun(end: number) {
  const clock = new FakeClock()
  const first = Promise.withResolvers<SavedState | undefined>()
  const limits: number[] = []
  const log = createLog('silent', { write: () => undefined })
  const moved = () => limits.push(reserve.limit)
  const reserve = new Reserve({ folder: '/nowhere', clock, log, boot: 'this boot', moved }, end)
  reserve.begin(first.promise, 7)
  return { clock, first, limits, reserve }
}

test('nothing more is shown than was, until the first reserve is noted', async () => {
  const { first, limits, reserve, clock } = begun(4000)
  expect(reserve.limit).toBe(4000)
  // Not noted twice: this one is on its way.
  reserve.need(4500)
  first.resolve(noted)
  await reserve.abandon()
  expect([limits, clock.timers]).toEqual([[5000], 0])
})

test('a first reserve that could not be noted limits nothing', async () => {
  const { first, limits, reserve } = begun(4000)
  first.resolve(undefined)
  await reserve.abandon()
  expect(limits).toEqual([Number.POSITIVE_INFINITY])
})

test('however long that takes, since others may be opened before it', async () => {
  const { first, limits, reserve, clock } = begun(4000)
  clock.advance(60_000)
  expect([reserve.limit, limits]).toEqual([4000, []])
  first.resolve(noted)
  await reserve.abandon()
  expect(limits).toEqual([5000])
})
