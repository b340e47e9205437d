import { describe, expect, test } from 'vitest'
import { type Found, resumeHistory } from '../../../../server/console/history/resume.ts'

const state = {
  seq: 7,
  reserved: 5000,
  ahead: 1000,
  clean: false,
  at: 900,
  boot: 'this boot',
}
const found: Found = { diskEnd: 4200, lastAt: 950, known: true, state }
const resume = (changes: Partial<Found>, boot = 'this boot') =>
  resumeHistory({ ...found, ...changes }, boot, 2000)
const times = { startedAt: 950, endedAt: 2000 }

describe('history goes on', () => {
  test('at 0 without a gap when there was never any', () => {
    expect(resume({ known: false, state: undefined, diskEnd: 0 })).toEqual({ next: 0, gaps: [] })
    expect(resume({ state: { ...state, clean: true, reserved: 0 }, diskEnd: 0 })).toEqual({
      next: 0,
      gaps: [],
    })
  })

  test('exactly where it ended after a clean end, telling how long the gateway was down', () => {
    expect(resume({ diskEnd: 5000, state: { ...state, clean: true } })).toEqual({
      next: 5000,
      gaps: [{ from: 5000, to: 5000, ...times, cause: 'gateway-down' }],
    })
  })

  test('where it ended, telling what was not recorded, when the disk was full at a clean end', () => {
    expect(resume({ state: { ...state, clean: true } })).toEqual({
      next: 5000,
      gaps: [
        { from: 4200, to: 5000, ...times, cause: 'not-recorded' },
        { from: 5000, to: 5000, ...times, cause: 'gateway-down' },
      ],
    })
  })

  test('at the reserve after a kill: no offset that a viewer may have seen is used again', () => {
    expect(resume({})).toEqual({
      next: 5000,
      gaps: [{ from: 4200, to: 5000, ...times, cause: 'gateway-killed' }],
    })
  })

  test('at the end of the disk when that is beyond the reserve', () => {
    expect(resume({ diskEnd: 6000 })).toMatchObject({ next: 6000, gaps: [{ from: 6000, to: 6000 }] })
  })

  test('far ahead after a power failure, which may have lost newer reserves', () => {
    expect(resume({}, 'another boot').next).toBe(5000 + 16 * 1000)
    expect(resume({ state: { ...state, clean: true } }, 'another boot').next).toBe(5000)
  })

  test('far ahead when nobody knows what was reserved', () => {
    expect(resume({ state: undefined }).next).toBe(4200 + 64 * 1024 * 1024)
  })

  test('with a gap that does not end before it begins when the clock was set back', () => {
    const { gaps } = resumeHistory({ ...found, lastAt: 9000 }, 'this boot', 2000)
    expect(gaps[0]).toMatchObject({ startedAt: 2000, endedAt: 2000 })
  })
})
