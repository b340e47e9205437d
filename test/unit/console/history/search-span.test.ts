import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainLine } from '../../../../server/console/history/plain-line.ts'
import { createPattern, type PatternOptions } from '../../../../server/console/history/search-pattern.ts'
import { longestLine, searchSpan } from '../../../../server/console/history/search-span.ts'
import type { Piece } from '../../../../server/console/history/span-source.ts'
import { TooCostly, timedPattern } from '../../../../server/console/history/timed-pattern.ts'

interface Hit {
  offset: number
  end: number
  lineFrom: number
  text: string
}

/** Searches bytes that are cut into pieces at these places. */
function found(bytes: Buffer, cuts: number[], options: PatternOptions, to = bytes.length): Hit[] {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const pieceBefore = (before: number): Piece | undefined => {
    const from = edges.findLast((edge) => edge < before)
    return from === undefined
      ? undefined
      : {
          kind: 'bytes',
          from,
          bytes: bytes.subarray(from, Math.min(before, edges.find((edge) => edge >= before) ?? before)),
        }
  }
  const hits: Hit[] = []
  for (const next of searchSpan({ pieceBefore, pattern: createPattern(options), from: 0, to })) {
    if (next.kind !== 'matches') continue
    for (const { from, matchFrom, matchTo, parts } of next.matches) {
      hits.push({
        offset: next.from + matchFrom,
        end: next.from + matchTo,
        lineFrom: next.from + from,
        text: parts.join(''),
      })
    }
  }
  return hits
}

/** The same without any cleverness: each line is cleaned and looked into. */
function expected(bytes: Buffer, { text, matchCase }: PatternOptions): Hit[] {
  const hits: Hit[] = []
  let from = 0
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) continue
    const { bytes: plain, rawAt } = plainLine(bytes.subarray(from, at))
    const line = plain.toString('latin1')
    const index = matchCase ? line.indexOf(text) : line.toLowerCase().indexOf(text.toLowerCase())
    if (index >= 0) {
      hits.push({
        offset: from + rawAt(index),
        end: from + rawAt(index + text.length - 1) + 1,
        lineFrom: from,
        text: line,
      })
    }
    from = at + 1
  }
  return hits.reverse()
}

const options = (text: string, more: Partial<PatternOptions> = {}): PatternOptions => ({
  text,
  regex: false,
  matchCase: true,
  ...more,
})

const piece = fc.constantFrom(
  'mce:',
  'mc',
  'e:',
  'MCE:',
  'm',
  'c',
  ':',
  'x',
  '\n',
  '\r\n',
  '\r',
  '\x1b[31m',
  '\x1b[0',
  'm',
  '\x1b]0;title\x07',
  '\x1b]0;',
  '\x1b\\',
  '\x1b',
  '\x1b(B',
  '\x00',
  '\x07',
  '\b',
  '\x0e',
  '\x7f',
  '\t',
  'mce: hardware error',
  '\x1bP1$r',
  ' ',
)
const output = fc.array(piece, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''), 'latin1'))
const cuts = fc.array(fc.nat(), { maxLength: 12 })

describe('searching a span', () => {
  test('takes a control string out whose first letter is a capital, also where case does not matter', () => {
    const bytes = Buffer.from('mc\x1bP1$r\x07e:')
    expect(found(bytes, [], options('mce:', { matchCase: false }))).toEqual([
      { offset: 0, end: 10, lineFrom: 0, text: 'mce:' },
    ])
  })

  test('finds the same lines at the same offsets wherever the output is cut', () => {
    fc.assert(
      fc.property(output, cuts, fc.boolean(), (bytes, at, matchCase) => {
        const wanted = options('mce:', { matchCase })
        expect(found(bytes, at, wanted)).toEqual(expected(bytes, wanted))
      }),
      { numRuns: 2000 },
    )
  })

  test('an expression finds what the same text finds', () => {
    fc.assert(
      fc.property(output, cuts, fc.boolean(), (bytes, at, matchCase) => {
        const places = (hits: Hit[]) => hits.map(({ offset, end }) => [offset, end])
        expect(places(found(bytes, at, options('m[c]e:', { regex: true, matchCase })))).toEqual(
          places(expected(bytes, options('mce:', { matchCase }))),
        )
      }),
    )
  })

  test('an expression matches within lines only, with whatever it looks at', () => {
    const sources = ['c\\s*e', '^e', ':$', 'm(?!c)', '[^x]c', '\\bc', '(?<=m)c', 'e:\\s']
    fc.assert(
      fc.property(output, cuts, fc.constantFrom(...sources), (bytes, at, text) => {
        const lines = bytes.toString('latin1').split(/[\r\n]/)
        const plain = lines
          .filter((line) => line !== '')
          .map((line) => plainLine(Buffer.from(line, 'latin1')).bytes.toString())
        expect(found(bytes, at, options(text, { regex: true })).map((hit) => hit.text)).toEqual(
          plain.filter((line) => new RegExp(text, 'u').test(line)).reverse(),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('going on before the last match finds the rest', () => {
    fc.assert(
      fc.property(output, cuts, (bytes, at) => {
        const all = found(bytes, at, options('m'))
        for (const [index, { lineFrom }] of all.entries()) {
          expect(found(bytes, at, options('m'), lineFrom)).toEqual(all.slice(index + 1))
        }
      }),
    )
  })

  test('finds what is beyond ASCII, in UTF-8 and in Latin-1', () => {
    const bytes = Buffer.concat([Buffer.from('a Größe b\n'), Buffer.from('c GRÖSSE größe d\n', 'latin1')])
    const hits = found(bytes, [4], options('größe', { matchCase: false }))
    expect(hits.map(({ offset, end, text }) => [offset, end, text])).toEqual([
      [12 + 9, 12 + 14, 'c GRÖSSE größe d'],
      [2, 9, 'a Größe b'],
    ])
  })

  test('holds no more than a block and the longest line, however long a line is', () => {
    const block = Buffer.alloc(256 * 1024, 'x')
    let most = 0
    let all = 0
    const pattern = {
      find(bytes: Buffer) {
        most = Math.max(most, bytes.length)
        all += bytes.length
        return []
      },
    }
    const to = 20 * block.length
    const pieceBefore = (before: number): Piece => ({
      kind: 'bytes',
      from: before - block.length,
      bytes: block,
    })
    for (const _ of searchSpan({ pieceBefore, pattern, from: 0, to }));
    expect(all).toBe(to)
    expect(most).toBeLessThanOrEqual(block.length + longestLine)
  })

  test('holes end a line, and what cannot be read is told', () => {
    const pieces: Piece[] = [
      { kind: 'bytes', from: 0, bytes: Buffer.from('xmc') },
      { kind: 'bytes', from: 10, bytes: Buffer.from('e:\nmc') },
      { kind: 'damaged', from: 15, to: 20, reason: 'torn' },
      { kind: 'bytes', from: 20, bytes: Buffer.from('e: mce:') },
    ]
    const pieceBefore = (before: number) => pieces.findLast(({ from }) => from < before)
    const all = [...searchSpan({ pieceBefore, pattern: createPattern(options('mce:')), from: 0, to: 27 })]
    expect(
      all.flatMap((next) =>
        next.kind === 'matches' ? next.matches.map(({ matchFrom }) => next.from + matchFrom) : [],
      ),
    ).toEqual([23])
    expect(all.filter(({ kind }) => kind === 'damaged')).toHaveLength(1)
  })
})

test('an expression that would take for ever is given up, text never', () => {
  const bytes = Buffer.from(`${'a'.repeat(40)}!\n`)
  expect(() => timedPattern(options('(a+)+$', { regex: true }), 20).find(bytes)).toThrow(TooCostly)
  expect(timedPattern(options('aaa!'), 20).find(bytes)).toHaveLength(1)
})
