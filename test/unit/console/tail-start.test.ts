import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tailStart } from '../../../server/console/tail-start.ts'

/** The text with `|` where a replay is wanted to begin; gives what is replayed. */
function replay(marked: string): string {
  const wanted = Buffer.byteLength(marked.slice(0, marked.indexOf('|')))
  const bytes = Buffer.from(marked.replace('|', ''))
  return bytes.subarray(tailStart(bytes, wanted)).toString()
}

describe('a replay begins', () => {
  test.each([
    ['first li|ne\r\nsecond line', 'second line'],
    ['first line\r\n|second line\r\n', 'second line\r\n'],
    ['no line |end', 'end'],
    ['\x1b[1|;32mgreen', 'green'],
    ['\x1b|[1;32mgreen', 'green'],
    ['\x1b]0;ti|tle\x07text', 'text'],
    ['\x1b]0;ti|tle\x1b\\text', 'text'],
    ['\x1bP1$|r0m\x1b\\text', 'text'],
    ['\x1b(|Btext', 'text'],
    ['text\x1b|7more', 'more'],
  ])('%j', (marked, expected) => {
    expect(replay(marked)).toBe(expected)
  })

  test('not within a character', () => {
    const bytes = Buffer.from('€€€')
    expect([0, 1, 2, 3, 4].map((wanted) => tailStart(bytes, wanted))).toEqual([0, 3, 3, 3, 6])
  })

  test('where it was wanted when there is no better place', () => {
    expect(tailStart(Buffer.from(`\x1b]${'x'.repeat(100)}`), 50)).toBe(50)
    expect(tailStart(Buffer.alloc(100, 0x80), 50)).toBe(50)
  })

  test('within the window and not before it was wanted, whatever stands there', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), fc.nat(), (bytes, place) => {
        const wanted = place % bytes.length
        const start = tailStart(bytes, wanted)
        expect(start).toBeGreaterThanOrEqual(wanted)
        expect(start).toBeLessThanOrEqual(bytes.length)
      }),
    )
  })
})
