import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Emulator } from '../../../../server/console/screen/emulator.ts'
import { QueryScanner } from '../../../../server/console/screen/query-scanner.ts'

const bytesOf = (text: string) => Buffer.from(text, 'latin1')

/** Every query that is answered, and where in it the answer is due. */
const queries: [name: string, text: string][] = [
  ['DSR 5, status', '\x1b[5n'],
  ['DSR 6, cursor position', '\x1b[6n'],
  ['DECXCPR', '\x1b[?6n'],
  ['colour scheme', '\x1b[?996n'],
  ['DA1', '\x1b[c'],
  ['DA1 with its 0', '\x1b[0c'],
  ['DA2', '\x1b[>c'],
  ['DA3', '\x1b[=c'],
  ['size of the window in pixels', '\x1b[14t'],
  ['size of a character', '\x1b[16t'],
  ['size in characters', '\x1b[18t'],
  ['size of the whole screen', '\x1b[19t'],
  ['DECRQM', '\x1b[?2026$p'],
  ['DECRQM of an ANSI mode', '\x1b[4$p'],
  ['XTVERSION', '\x1b[>q'],
  ['XTVERSION with its 0', '\x1b[>0q'],
  ['DECRQSS', '\x1bP$qm\x1b\\'],
  ['XTGETTCAP', '\x1bP+q544e\x1b\\'],
  ['foreground', '\x1b]10;?\x07'],
  ['background', '\x1b]11;?\x1b\\'],
  ['cursor colour', '\x1b]12;?\x07'],
  ['palette', '\x1b]4;1;?\x07'],
]

const plain = [
  'text',
  'a line\r\n',
  '\x1b[31m',
  '\x1b[2J\x1b[H',
  '\x1b[?1049h',
  '\x1b]0;is this a title?\x07',
  '\x1b(0',
  '\x1bc',
  '\x1b[22;0;0t',
  '\x1b[8;50;132t',
  '\x1b[1;2c'.replace('[', '[?'),
  '\x1b[0n',
  '\x1b[12;40R',
  '\x1b[3 q',
  '\x1b]8;;http://example.org/?x\x07',
  '\x1bPq#0;2;0;0;0\x1b\\',
  '\x1b_Gi=1,a=q?\x1b\\',
  'é€😀',
]

describe('a query', () => {
  test.each(queries)('%s is found where it is answered', (_, text) => {
    const bytes = bytesOf(`before ${text} behind`)
    const found = new QueryScanner().scan(bytes)
    expect(found).toHaveLength(1)
    const emulator = new Emulator({ rows: 24, cols: 80 })
    const end = found?.[0] ?? 0
    expect(emulator.write(bytes.subarray(0, end - 1), end - 1)).toBe('')
    expect(emulator.write(bytes.subarray(end - 1, end), end)).not.toBe('')
  })

  test.each(plain)('%j is none', (text) => {
    expect(new QueryScanner().scan(Buffer.from(text))).toBeNull()
  })

  test('is none when it was given up in its middle', () => {
    const scanner = new QueryScanner()
    expect(scanner.scan(bytesOf('\x1b[6\x18n \x1b[6\x1a n'))).toBeNull()
    expect(scanner.scan(bytesOf('\x1b['))).toBeNull()
    scanner.reset()
    expect(scanner.scan(bytesOf('6n'))).toBeNull()
  })

  test('that is begun anew counts from there', () => {
    expect(new QueryScanner().scan(bytesOf('\x1b[1;\x1b[6n'))).toEqual([8])
  })
})

test('queries are found at the same places however the output is cut', () => {
  const piece = fc.oneof(
    fc.constantFrom(...queries.map(([, text]) => text)),
    fc.constantFrom(...plain),
    fc.string({
      unit: fc.constantFrom('\x1b', '[', ']', 'P', '6', 'n', '?', ';', '$', 'q', '\x07', 'x'),
      maxLength: 8,
    }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat({ max: 400 })), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(''))
      const whole = new QueryScanner().scan(bytes) ?? []
      const scanner = new QueryScanner()
      const found: number[] = []
      const places = [...new Set([0, ...cuts, bytes.length])]
        .filter((at) => at <= bytes.length)
        .sort((a, b) => a - b)
      for (const [index, from] of places.entries()) {
        const to = places[index + 1] ?? bytes.length
        for (const at of scanner.scan(bytes.subarray(from, to)) ?? []) found.push(from + at)
      }
      expect(found).toEqual(whole)
    }),
  )
})

test('whatever the emulator answers, the scanner has seen the query', () => {
  const piece = fc.oneof(
    fc.constantFrom(...queries.map(([, text]) => text)),
    fc.string({
      unit: fc.constantFrom(
        '\x1b',
        '[',
        ']',
        'P',
        '6',
        '5',
        'n',
        'c',
        '?',
        '>',
        '=',
        ';',
        '$',
        '+',
        'q',
        't',
        'p',
        '1',
        '\x07',
        '\\',
        'x',
        '\n',
      ),
      maxLength: 10,
    }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const bytes = bytesOf(pieces.join(''))
      const found = new Set(new QueryScanner().scan(bytes) ?? [])
      const emulator = new Emulator({ rows: 24, cols: 80 })
      for (let at = 0; at < bytes.length; at += 1) {
        const answer = emulator.write(bytes.subarray(at, at + 1), at + 1)
        if (answer !== '') expect(found).toContain(at + 1)
      }
    }),
    { numRuns: 300 },
  )
})

test('no answer is itself a query: a line that echoes does not go round in circles', () => {
  for (const [, text] of queries) {
    const emulator = new Emulator({ rows: 24, cols: 80 })
    const answer = emulator.write(bytesOf(text), text.length)
    expect(answer).not.toBe('')
    expect(new QueryScanner().scan(bytesOf(answer))).toBeNull()
  }
})
