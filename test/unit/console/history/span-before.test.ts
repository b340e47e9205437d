import { describe, expect, test } from 'vitest'
import { Places } from '../../../../server/console/history/places.ts'
import type { Outline } from '../../../../server/console/history/snapshot.ts'
import type { Gap } from '../../../../server/contract/console.ts'

const hole = (from: number, to: number, cause: Gap['cause'] = 'not-recorded'): Gap => ({
  from,
  to,
  startedAt: 1,
  endedAt: 2,
  cause,
})
const gaps = [
  hole(0, 100, 'expired'),
  hole(300, 300, 'link-down'),
  hole(500, 600),
  hole(600, 650),
  hole(900, 950),
]
const outline: Outline = { folder: '/nowhere', segments: [], times: [], oldest: 100, end: 1000, lastAt: 5 }
const places = new Places({
  outline: () => outline,
  gapsIn: async (from, to) => gaps.filter((gap) => gap.from < to && (gap.from >= from || gap.to > from)),
})

describe('the bytes before a place', () => {
  test.each([
    [1000, 20, 980, 1000],
    [1000, 200, 950, 1000],
    [950, 50, 850, 900],
    [930, 50, 850, 900],
    [900, 5000, 650, 900],
    [650, 5000, 100, 500],
    [400, 200, 200, 400],
    [150, 5000, 100, 150],
  ])('before %i, at most %i', async (before, limit, from, to) => {
    expect(await places.spanBefore(before, limit)).toEqual({ from, to })
  })

  test('before the oldest there are none', async () => {
    const { from, to } = await places.spanBefore(100, 50)
    expect(to - from).toBe(0)
  })
})
