import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Flow, inFrames } from '../../../client/web/console/flow.ts'
import { limits } from '../../../server/contract/limits.ts'

describe('flow', () => {
  test('has no position before the first attach', () => {
    expect(new Flow().position).toBeNull()
  })

  test('counts from where the gateway says', () => {
    const flow = new Flow()
    flow.startAt(1000)
    expect(flow.take(24)).toBe(1024)
    flow.skipTo(5000)
    expect(flow.take(1)).toBe(5001)
    expect(flow.position).toBe(5001)
  })

  test('acknowledges what is parsed, not what has come', () => {
    const flow = new Flow()
    flow.startAt(0)
    const end = flow.take(limits.ackEveryBytes * 3)
    expect(flow.parsed(10)).toBeNull()
    expect(flow.parsed(end)).toBe(end)
    expect(flow.parsed(end)).toBeNull()
  })

  test('acknowledges anew from where it resumed', () => {
    const flow = new Flow()
    flow.startAt(0)
    const old = flow.take(limits.ackEveryBytes)
    flow.startAt(old)
    expect(flow.parsed(old)).toBeNull()
    expect(flow.parsed(flow.take(limits.ackEveryBytes))).toBe(2 * limits.ackEveryBytes)
  })

  test('never leaves more than the contract allows unacknowledged, whatever the sizes of the frames', () => {
    const frames = fc.array(fc.integer({ min: 1, max: limits.fastFrameBytes }), { maxLength: 200 })
    fc.assert(
      fc.property(frames, (sizes) => {
        const flow = new Flow()
        flow.startAt(0)
        let acked = 0
        for (const size of sizes) {
          const end = flow.take(size)
          acked = flow.parsed(end) ?? acked
          expect(end - acked).toBeLessThan(limits.ackEveryBytes)
        }
      }),
    )
  })
})

describe('frames', () => {
  test('hold every byte once, in order, each within the limit', () => {
    const bytes = Uint8Array.from({ length: limits.inputFrameBytes * 2 + 7 }, (_, at) => at % 251)
    const frames = [...inFrames(bytes)]
    expect(frames.map(({ length }) => length)).toEqual([limits.inputFrameBytes, limits.inputFrameBytes, 7])
    expect(Buffer.concat(frames).equals(bytes)).toBe(true)
  })

  test('of nothing are none', () => expect([...inFrames(new Uint8Array())]).toEqual([]))
})
