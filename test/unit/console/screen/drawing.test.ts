import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Emulator } from '../../../../server/console/screen/emulator.ts'
import { Page, size } from './reference.ts'

const encoder = new TextEncoder()

const number = fc.integer({ min: 0, max: 45 })
const csi = (final: string, count = 1) =>
  fc.array(number, { minLength: 0, maxLength: count }).map((params) => `\x1b[${params.join(';')}${final}`)

/** What programs print, and what they should not. */
const token = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: fc.constantFrom(...'abcxyz 0189#'), maxLength: 30 }) },
  { weight: 2, arbitrary: fc.constantFrom('é', '漢字', 'e\u0301', '😀', 'x'.repeat(40), '─│┌') },
  { weight: 4, arbitrary: fc.constantFrom('\r\n', '\n', '\r', '\b', '\t', '\x0e', '\x0f') },
  fc.constantFrom(
    '\x1b7',
    '\x1b8',
    '\x1bM',
    '\x1bD',
    '\x1bE',
    '\x1bH',
    '\x1bc',
    '\x1b(0',
    '\x1b(B',
    '\x1b)0',
    '\x1b#8',
    '\x1b=',
    '\x1b>',
    '\x1b[!p',
    '\x1b[s',
    '\x1b[u',
    '\x1b]0;title\x07',
    '\x1bP1$r0m\x1b\\',
  ),
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(1, 5, 6, 7, 9, 12, 25, 45, 47, 66, 1000, 1002, 1004, 1006, 1047, 1048, 1049, 2004),
        fc.constantFrom('h', 'l'),
      )
      .map(([mode, how]) => `\x1b[?${mode}${how}`),
  },
  fc.constantFrom('\x1b[4h', '\x1b[4l'),
  ...[
    '@',
    'A',
    'B',
    'C',
    'D',
    'E',
    'F',
    'G',
    'I',
    'J',
    'K',
    'L',
    'M',
    'P',
    'S',
    'T',
    'X',
    'Z',
    'b',
    'd',
    'e',
    'g',
  ].map((final) => csi(final)),
  ...['H', 'f', 'r'].map((final) => csi(final, 2)),
  {
    weight: 4,
    arbitrary: fc.oneof(
      csi('m', 3),
      fc
        .tuple(fc.constantFrom(38, 48), fc.integer({ min: 0, max: 255 }))
        .map(([what, colour]) => `\x1b[${what};5;${colour}m`),
      fc.constantFrom('\x1b[38;2;1;2;3m', '\x1b[48;2;200;100;0m', '\x1b[0m'),
    ),
  },
)
const output = fc.array(token, { maxLength: 80 }).map((tokens) => encoder.encode(tokens.join('')))

test.each([
  ['blank', '\x1b[G\x1b[@'],
  ['blank in a colour', '\x1b[G\x1b[44m\x1b[@\x1b[m'],
  ['all blank', '\x1b[2K'],
])('a row that a wrap began stays in its place when its first cell is %s', async (_what, blanked) => {
  const bytes = encoder.encode(`${'x'.repeat(size.cols + 2)}${blanked}`)
  const emulator = new Emulator(size)
  emulator.write(bytes, bytes.length)
  const [old, newcomer] = [new Page(), new Page()]
  await old.write(bytes)
  await newcomer.write(emulator.draw()?.ansi ?? '')
  expect(newcomer.state()).toEqual(old.state())
})

test('a sequence that a device never ends is not given from its first byte for ever', () => {
  const emulator = new Emulator(size)
  const string = encoder.encode(`\x1b]${'A'.repeat(1024 * 1024 - 2)}`)
  emulator.write(string, string.length)
  expect(emulator.draw()?.offset).toBe(0)
  emulator.write(encoder.encode('A'), string.length + 1)
  expect(emulator.draw()?.offset).toBe(string.length + 1)
})

test('whoever begins with the drawing sees what those see who were there all the time', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(output, fc.nat(), fc.nat(), async (bytes, cut, chunk) => {
      const at = cut % (bytes.length + 1)
      const emulator = new Emulator(size)
      const step = (chunk % 50) + 1
      for (let from = 0; from < at; from += step) {
        const end = Math.min(at, from + step)
        emulator.write(bytes.subarray(from, end), end)
      }
      const drawing = emulator.draw()
      const [old, newcomer] = [new Page(), new Page()]
      await old.write(bytes.subarray(0, at))
      await newcomer.write(drawing?.ansi ?? '')
      const offset = drawing?.offset ?? 0
      await newcomer.write(bytes.subarray(offset, at))
      expect(newcomer.state()).toEqual(old.state())
      await old.write(bytes.subarray(at))
      await newcomer.write(bytes.subarray(at))
      expect(newcomer.state()).toEqual(old.state())
      // So does an emulator that goes on from the drawing, and whoever begins with what that one draws.
      const later = new Emulator(size)
      later.write(encoder.encode(drawing?.ansi ?? ''), offset)
      later.write(bytes.subarray(offset), bytes.length)
      const redrawn = later.draw()
      const last = new Page()
      await last.write(redrawn?.ansi ?? '')
      await last.write(bytes.subarray(redrawn?.offset ?? 0))
      expect(last.state()).toEqual(old.state())
    }),
    { numRuns: Number(process.env.RUNS ?? 300) },
  )
})
