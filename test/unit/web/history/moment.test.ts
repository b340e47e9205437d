import { describe, expect, test } from 'vitest'
import { readMoment } from '../../../../client/web/history/moment.ts'

const now = new Date(2026, 10, 23, 10, 12, 3).getTime()
const local = (...parts: [number, number, number, number?, number?, number?]) =>
  new Date(parts[0], parts[1], parts[2], parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0).getTime()

describe('a time that somebody types', () => {
  test.each([
    ['now', now],
    ['10 minutes ago', now - 600_000],
    ['10min', now - 600_000],
    ['-2h', now - 7_200_000],
    ['1.5 hours ago', now - 5_400_000],
    ['last 3 days', now - 3 * 86_400_000],
    ['02:00', local(2026, 10, 23, 2)],
    ['10:12:03', now],
    ['23:30', local(2026, 10, 22, 23, 30)],
    ['yesterday 14:30', local(2026, 10, 22, 14, 30)],
    ['Yesterday at 14:30', local(2026, 10, 22, 14, 30)],
    ['today', local(2026, 10, 23)],
    ['2026-11-23', local(2026, 10, 23)],
    ['2026-11-23 02:00', local(2026, 10, 23, 2)],
    ['2026-11-23T02:00:07', local(2026, 10, 23, 2, 0, 7)],
    ['2026-11-23T02:00:00Z', Date.UTC(2026, 10, 23, 2)],
    ['2026-11-23T02:00:00+02:00', Date.UTC(2026, 10, 23, 0)],
    ['Nov 23 02:00:03', local(2026, 10, 23, 2, 0, 3)],
    ['24 December 18:00', local(2025, 11, 24, 18)],
    ['3. Mar 2024', local(2024, 2, 3)],
  ])('%s', (text, at) => {
    expect(readMoment(text, now)).toEqual({ ok: true, at })
  })

  test.each(['', 'soon', '25:00', '10:99', '2026-02-31', 'Nov 31 02:00', '12', 'ago', '2026-11-23 noon'])(
    'what is none says what would be: %j',
    (text) => {
      expect(readMoment(text, now)).toMatchObject({ ok: false, why: expect.stringContaining('02:00') })
    },
  )
})
