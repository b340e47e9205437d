import { beforeEach, expect, test } from 'vitest'
import { createLog } from '../../../../server/base/log.ts'
import type { ToSeal } from '../../../../server/console/history/seal.ts'
import { type Segment, Segments } from '../../../../server/console/history/segments.ts'
import { Upkeep } from '../../../../server/console/history/upkeep.ts'
import { defaultHistorySettings } from '../../../../server/console/settings.ts'
import { FakeClock } from '../../../fakes/clock.ts'

const second = 1000
const minute = 60 * second

let clock: FakeClock
let segments: Segments
let upkeep: Upkeep
let logged: string[]
/** What was asked for, by where it starts and after how long, and what comes of it. */
let asked: [start: number, at: number][]
let outcome: (start: number) => Promise<boolean>
let stopped: number[]
let background: Promise<void>
beforeEach(() => {
  clock = new FakeClock()
  segments = new Segments()
  logged = []
  asked = []
  stopped = []
  const began = clock.monotonic()
  background = Promise.resolve()
  const scribe = {
    background(work: () => Promise<void>) {
      background = background.then(work)
      return background
    },
    sealer: {
      seal({ segment: { start } }: ToSeal) {
        asked.push([start, clock.monotonic() - began])
        return { done: outcome(start), stop: () => void stopped.push(start) }
      },
    },
  }
  upkeep = new Upkeep({
    folder: '/a folder that is not there',
    settings: { ...defaultHistorySettings, maxBytes: 250 },
    clock,
    log: createLog('error', { write: (line) => void logged.push(JSON.parse(line).error) }),
    scribe,
    segments,
    current: () => undefined,
    sealAfterMs: 0,
  })
})

function complete(start: number): Segment {
  const segment: Segment = { start, end: start + 100, kind: 'raw', lastAt: clock.now() }
  segments.push(segment)
  upkeep.seal(segment)
  return segment
}

const times = (of: number): number[] => asked.filter(([start]) => start === of).map(([, at]) => at)
/** Moves on second by second, with all done that is due in each. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= second) {
    await background
    clock.advance(second)
  }
  await background
}

test('what fails is tried again after twice as long each time, also beside others that do not, and said once', async () => {
  outcome = (start) => (start === 0 ? Promise.reject(new Error('broken')) : Promise.resolve(true))
  complete(0)
  await pass(20 * second)
  complete(100)
  await pass(90 * second)
  expect(times(0)).toEqual([0, 5, 15, 35, 75].map((at) => at * second))
  expect(times(100)).toEqual([20 * second])
  expect(logged).toEqual(['Error: broken'])
  await upkeep.close()
  expect(clock.timers).toBe(0)
})

test('the wait grows to ten minutes, and begins anew once all is sealed', async () => {
  let works = false
  outcome = () => (works ? Promise.resolve(true) : Promise.reject(new Error('full')))
  const one = complete(0)
  await pass(60 * minute)
  const waits = times(0).map((at, index, all) => at - (all[index - 1] ?? 0))
  expect(Math.max(...waits)).toBe(10 * minute)
  works = true
  await pass(10 * minute)
  expect(one.kind).toBe('sealed')
  works = false
  complete(100)
  await pass(5 * second)
  expect(times(100)).toHaveLength(2)
  expect(logged).toEqual(['Error: full', 'Error: full'])
  await upkeep.close()
})

test('a segment that retention takes is sealed no further', async () => {
  const sealing = Promise.withResolvers<boolean>()
  outcome = () => sealing.promise
  complete(0)
  await expect.poll(() => asked).toHaveLength(1)
  complete(100)
  complete(200)
  expect(stopped).toEqual([])
  upkeep.tidy()
  await expect.poll(() => stopped).toEqual([0])
  sealing.resolve(false)
  await upkeep.close()
  expect(segments.all.map(({ start }) => start)).toEqual([100, 200])
})

test('what fails because retention took it is no failure', async () => {
  const sealing = Promise.withResolvers<boolean>()
  outcome = (start) => (start === 0 ? sealing.promise : Promise.resolve(true))
  for (const start of [0, 100, 200]) complete(start)
  await expect.poll(() => asked).toHaveLength(1)
  upkeep.tidy()
  await expect.poll(() => stopped).toEqual([0])
  sealing.reject(new Error('its file is gone'))
  await pass(minute)
  expect(times(0)).toEqual([0])
  expect(segments.all.map(({ kind }) => kind)).toEqual(['sealed', 'sealed'])
  expect(logged).toEqual([])
  await upkeep.close()
})
