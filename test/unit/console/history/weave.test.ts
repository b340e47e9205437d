import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Item, weaveBytes, weaveHole } from '../../../../server/console/history/weave.ts'
import type { Gap } from '../../../../server/contract/console.ts'

const gap = (from: number, to = from, cause: Gap['cause'] = 'link-down'): Gap => ({
  from,
  to,
  startedAt: 1,
  endedAt: 2,
  cause,
})
const unexplained = gap(0, 0, 'not-recorded')

/** Walks over items as a viewer does: each begins where the last one ended. */
function walk(items: Item[], from: number): { end: number; bytes: number } {
  let at = from
  let bytes = 0
  for (const item of items) {
    if (item.kind === 'gap') {
      expect(item.gap.from).toBe(at)
      at = item.gap.to
    } else {
      expect(item.from).toBe(at)
      at += item.bytes.length
      bytes += item.bytes.length
    }
  }
  return { end: at, bytes }
}

describe('bytes with gaps among them', () => {
  test('are told in the order of the stream', () => {
    const items = weaveBytes(100, Buffer.from('abcdef'), [gap(100), gap(103), gap(103), gap(106)])
    expect(
      items.map((item) => (item.kind === 'gap' ? item.gap.from : Buffer.from(item.bytes).toString())),
    ).toEqual([100, 'abc', 103, 103, 'def'])
  })

  test('are complete whatever gaps there are', () => {
    const places = fc.array(fc.nat(60)).map((all) => all.sort((a, b) => a - b))
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 30 }), places, (from, length, at) => {
        const items = weaveBytes(
          from,
          new Uint8Array(length),
          at.map((place) => gap(place)),
        )
        expect(walk(items, from)).toEqual({ end: from + length, bytes: length })
        const told = items.filter(({ kind }) => kind === 'gap').length
        expect(told).toBe(at.filter((place) => place >= from && place < from + length).length)
      }),
    )
  })
})

describe('a hole', () => {
  test('is told by its record', () => {
    const killed = gap(10, 50, 'gateway-killed')
    expect(weaveHole(10, 50, [killed], unexplained)).toEqual([{ kind: 'gap', gap: killed }])
  })

  test('is cut to what is asked', () => {
    const killed = gap(10, 50, 'gateway-killed')
    expect(weaveHole(20, 50, [killed], unexplained)).toEqual([{ kind: 'gap', gap: { ...killed, from: 20 } }])
  })

  test('that no record explains is not silent', () => {
    expect(weaveHole(10, 50, [], unexplained)).toEqual([
      { kind: 'gap', gap: { ...unexplained, from: 10, to: 50 } },
    ])
  })

  test('is told from its beginning to its end without a break, whatever is recorded', () => {
    const any = fc.tuple(fc.nat(60), fc.nat(20)).map(([from, length]) => gap(from, from + length))
    const gaps = fc.array(any).map((all) => all.sort((a, b) => a.from - b.from))
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 30 }), gaps, (from, length, recorded) => {
        const items = weaveHole(from, from + length, recorded, unexplained)
        expect(walk(items, from)).toEqual({ end: from + length, bytes: 0 })
      }),
    )
  })
})
