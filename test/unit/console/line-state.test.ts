import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineBackoff } from '../../../server/base/backoff.ts'
import { initialLine, type LineEvent, type LineModel, nextLine } from '../../../server/console/line-state.ts'
import { type Cause, causeCodes, lineState } from '../../../server/contract/line.ts'

const refused: Cause = { code: 'refused', message: 'nothing listens there' }
const at = (now: number, random = 0) => ({ now, random, backoff: lineBackoff })

function run(model: LineModel, ...events: LineEvent[]): LineModel {
  return events.reduce((before, event) => nextLine(before, event, at(1000)), model)
}

const enabled: LineEvent = { type: 'enabled' }
const opened: LineEvent = { type: 'opened' }
const waitOver: LineEvent = { type: 'wait-over' }
const failed: LineEvent = { type: 'failed', cause: refused }
const closed = (upMs: number): LineEvent => ({ type: 'closed', cause: refused, upMs })

describe('a line', () => {
  test('begins disabled, connects when it is enabled, and is online when that succeeds', () => {
    const begun = initialLine(5)
    expect(begun.state).toEqual({ state: 'disabled', since: 5 })
    const connecting = nextLine(begun, enabled, at(7))
    expect(connecting.state).toEqual({ state: 'connecting', since: 7, attempt: 1 })
    expect(nextLine(connecting, opened, at(9)).state).toEqual({
      state: 'online',
      since: 9,
      lastDataAt: null,
    })
  })

  test('waits 1 s after the first failure, doubling up to 60 s, and says why', () => {
    let model = run(initialLine(0), enabled)
    const waits: number[] = []
    for (let attempt = 1; attempt <= 9; attempt++) {
      model = run(model, failed)
      expect(model.state).toMatchObject({ state: 'waiting', attempt, cause: refused })
      waits.push(model.waitMs)
      model = run(model, waitOver)
      expect(model.state).toMatchObject({ state: 'connecting', attempt: attempt + 1 })
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  test('does not begin anew because it connected: only a link that stayed good for 30 s proves health', () => {
    const threeFailures = run(initialLine(0), enabled, failed, waitOver, failed, waitOver, failed, waitOver)
    expect(run(threeFailures, opened, closed(29_999)).state).toMatchObject({ attempt: 4 })
    expect(run(threeFailures, opened, closed(30_000)).state).toMatchObject({ attempt: 1 })
  })

  test.each(['wrong-credentials', 'credentials-missing', 'host-key-unknown', 'host-key-changed'] as const)(
    'waits the longest at once after %s: trying often locks accounts',
    (code) => {
      const model = run(initialLine(0), enabled, { type: 'failed', cause: { code, message: 'no' } })
      expect(model.waitMs).toBe(60_000)
      expect(run(model, waitOver).state.state).toBe('connecting')
    },
  )

  test('a person may have another attempt at once, which does not shorten the waits after it', () => {
    const waiting = run(initialLine(0), enabled, failed, waitOver, failed, waitOver, failed)
    const again = run(waiting, { type: 'reconnect' })
    expect(again.state.state).toBe('connecting')
    expect(run(again, failed).waitMs).toBe(8000)
    expect(run(initialLine(0), enabled, opened, { type: 'reconnect' }).state.state).toBe('connecting')
  })

  test('a change of what the link is made from begins anew', () => {
    const waiting = run(initialLine(0), enabled, failed, waitOver, failed)
    expect(run(waiting, { type: 'changed' }).state).toMatchObject({ state: 'connecting', attempt: 1 })
    expect(run(run(initialLine(0), enabled, opened), { type: 'changed' }).state.state).toBe('connecting')
  })

  test('a disabled line stays disabled, whatever else happens', () => {
    const disabled = run(initialLine(0), enabled, opened, { type: 'disabled' })
    const events: LineEvent[] = [
      opened,
      failed,
      closed(1),
      waitOver,
      { type: 'reconnect' },
      { type: 'changed' },
    ]
    for (const event of events) expect(run(disabled, event)).toBe(disabled)
  })

  test('whatever happens in whatever order, the state is one of the contract, and waits are 1 s to 60 s', () => {
    const cause = fc.record({ code: fc.constantFrom(...causeCodes), message: fc.string() })
    const event: fc.Arbitrary<LineEvent> = fc.oneof(
      fc.constantFrom<LineEvent>(enabled, { type: 'disabled' }, opened, waitOver, { type: 'reconnect' }),
      fc.constant<LineEvent>({ type: 'changed' }),
      cause.map((it): LineEvent => ({ type: 'failed', cause: it })),
      fc.record({ type: fc.constant('closed' as const), cause, upMs: fc.nat(100_000) }),
    )
    const steps = fc.array(fc.tuple(event, fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 200 })
    fc.assert(
      fc.property(steps, (events) => {
        let model = initialLine(0)
        for (const [index, [next, random]] of events.entries()) {
          model = nextLine(model, next, at(index, random))
          expect(lineState.safeParse(model.state).success).toBe(true)
          if (model.state.state !== 'waiting') continue
          expect(model.waitMs).toBeGreaterThanOrEqual(1000)
          expect(model.waitMs).toBeLessThanOrEqual(60_000)
        }
      }),
    )
  })
})
