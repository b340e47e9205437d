import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Emulator } from '../../../../server/console/screen/emulator.ts'
import { Sieve } from '../../../../server/console/screen/sieve.ts'

const size = { rows: 24, cols: 80 }
const pass = (text: string) => Buffer.from(new Sieve(size).pass(Buffer.from(text))).toString()

describe('what is honest passes unchanged', () => {
  test.each([
    'plain text\r\n',
    'é€😀 漢字 e\u0301',
    '\x1b[1;31mred\x1b[m',
    '\x1b[?1049h\x1b[2;23r\x1b[H\x1b[2J',
    '\x1b[38;2;255;128;64m',
    '\x1b[38:2::255:128:64m',
    '\x1b]0;title\x07\x1b]11;?\x1b\\',
    '\x1bP+q544e\x1b\\',
    '\x1b(0lqqk\x1b(B',
    '\x1b[80b',
    '\x1b[6n\x1b[c\x1b[>c\x1b[18t\x1b[?2004$p',
  ])('%j', (text) => {
    expect(pass(text)).toBe(text)
  })
})

describe('what would cost the emulator dear', () => {
  test('a count is as large as the screen at most', () => {
    expect(pass('\x1b[999999999L\x1b[32766;32766H\x1b[2147483648S')).toBe('\x1b[24L\x1b[80;80H\x1b[24S')
    expect(pass('\x1b[999999999b')).toBe('\x1b[1920b')
  })

  test('a control string ends where it ends, and loses its middle', () => {
    expect(pass(`\x1b]52;c;${'A'.repeat(1_000_000)}\x07after`)).toBe(`\x1b]52;c;${'A'.repeat(4091)}\x07after`)
    expect(pass(`\x1bPq${'#'.repeat(1_000_000)}\x1b\\after`)).toHaveLength(2 + 4096 + 2 + 5)
    expect(pass(`\x1b_G${'x'.repeat(5000)}\u009cafter`)).toContain('\x1b\\after')
  })

  test('a sequence longer than any is dropped whole', () => {
    expect(pass(`\x1b[${'1;'.repeat(500)}31mtext`)).toBe('\x1b\x18text')
  })

  test('marks on one character end somewhere', () => {
    expect(pass(`e${'\u0301'.repeat(100_000)}x`)).toBe(`e${'\u0301'.repeat(8)}x`)
  })

  test('C1 controls as characters are held to the same', () => {
    expect(pass('\u009b999999999L')).toBe('\x1b[24L')
    expect(pass('\u0091x')).toBe('x')
    expect(pass('\x1b]\u009b999999999L')).toBe('\x1b]\x1b[24L')
    expect(pass('\x1b\u009b999999999L')).toBe('\x1b\x1b[24L')
    expect(pass('\x1b[1\u009b999999999L')).toBe('\x1b\x1b[24L')
    expect(pass('\x1bPq\u0091x')).toBe('\x1bPq\x18x')
  })
})

describe('what is no UTF-8 is left to the emulator', () => {
  test.each([
    ['beyond the last code point', [0xf4, 0x90, 0x80, 0x80]],
    ['a C1 control in more bytes than it needs', [0xe0, 0x82, 0x9b]],
    ['a mark in more bytes than it needs', [0xf0, 0x80, 0xcc, 0x81]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a lead byte alone', [0xe2, 0x28]],
  ])('%s', (_, bytes) => {
    const text = [...Buffer.from('a'), ...bytes, ...Buffer.from('9Lz')]
    expect([...new Sieve(size).pass(Buffer.from(text))]).toEqual(text)
  })

  test('no bytes whatever are too much for it and the emulator behind it', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xc2, 0xed, 0xf0, 0xf4, 0x90, 0xa0),
    )
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 200 }), (bytes) => {
        const emulator = new Emulator(size)
        emulator.write(Uint8Array.from(bytes), bytes.length)
      }),
      { numRuns: 2000 },
    )
  })
})

test('knows how many bytes have had no effect yet', () => {
  const sieve = new Sieve(size)
  const unfinished = (text: string | Uint8Array) => {
    sieve.pass(Buffer.from(text))
    return sieve.unfinished
  }
  expect(unfinished('text\x1b')).toBe(1)
  expect(unfinished('[3')).toBe(3)
  expect(unfinished('1m')).toBe(0)
  expect(unfinished('\x1b]0;ti')).toBe(6)
  expect(unfinished('\x1b[')).toBe(2)
  expect(unfinished('Hx')).toBe(0)
  expect(unfinished(Uint8Array.of(0xf0, 0x9f, 0x98))).toBe(3)
  expect(unfinished(Uint8Array.of(0x80))).toBe(0)
})

test('what comes out does not depend on how it came in', () => {
  const unit = fc.constantFrom(
    '\x1b',
    '[',
    ']',
    'P',
    '1',
    '9',
    ';',
    '?',
    'H',
    'm',
    'L',
    '\x07',
    '\\',
    '\x18',
    'x',
    'é',
    '\u0301',
    '\u009b',
    '\n',
  )
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (text, step) => {
      const bytes = Buffer.from(text)
      const sieve = new Sieve(size)
      const parts: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += step) parts.push(sieve.pass(bytes.subarray(at, at + step)))
      expect(Buffer.concat(parts).toString()).toBe(Buffer.from(new Sieve(size).pass(bytes)).toString())
    }),
  )
})
