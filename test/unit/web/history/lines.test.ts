import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Line, readLines } from '../../../../client/web/history/lines.ts'
import { plainStyle } from '../../../../client/web/history/sgr.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const read = (text: string, from = 0) => readLines({ bytes: bytesOf(text), from })
const textOf = ({ runs }: Line) => runs.map(({ text }) => text).join('')
const texts = (text: string) => read(text).lines.map(textOf)

describe('lines of what was printed', () => {
  test('stand at their offsets, the newline with them', () => {
    const { lines, open } = read('one\r\ntwo\nthr', 1000)
    expect(lines.map(({ from, to }) => [from, to])).toEqual([
      [1000, 1005],
      [1005, 1009],
      [1009, 1012],
    ])
    expect(lines.map(textOf)).toEqual(['one', 'two', 'thr'])
    expect(open).toBe(true)
    expect(read('one\r\n').open).toBe(false)
  })

  test('a progress bar shows what it came to', () => {
    expect(texts(' 10 %\r 55 %\r100 %\r\n')).toEqual(['100 %'])
    expect(texts('long text\rshort\x1b[K\n')).toEqual(['short'])
    expect(texts('passwore\bd\n')).toEqual(['password'])
  })

  test('tabs, columns and deleted characters stand where a terminal puts them', () => {
    expect(texts('a\tb\n')).toEqual(['a       b'])
    expect(texts('abc\x1b[5Gx\n')).toEqual(['abc x'])
    expect(texts('abcdef\r\x1b[2P\n')).toEqual(['cdef'])
    expect(texts('abc\r\x1b[2@\n')).toEqual(['  abc'])
  })

  test('a full-screen program is read in the order in which it draws', () => {
    expect(texts('\x1b[2J\x1b[H\x1b[3;5HMenu\x1b[4;5HBoot\n')).toEqual(['    Menu', '    Boot'])
  })

  test('line drawing and bytes that are no UTF-8', () => {
    expect(texts('\x1b(0lqk\x1b(B lqk\n')).toEqual(['┌─┐ lqk'])
    const broken = readLines({ bytes: Uint8Array.of(0x61, 0xff, 0xe9, 0x62, 0xc3, 0xa9, 0x0a), from: 0 })
    expect(broken.lines.map(textOf)).toEqual(['a\ufffd\ufffdbé'])
  })

  test('colours reach over lines, and end where they are reset', () => {
    const { lines, style } = read('\x1b[1;31mred\ngoes on\x1b[0m plain\n')
    expect(lines[0]?.runs[0]?.style).toMatchObject({ fg: 1, bold: true })
    expect(lines[1]?.runs.map((run) => [run.text, run.style.fg])).toEqual([
      ['goes on', 1],
      [' plain', null],
    ])
    expect(style).toEqual(plainStyle)
    const many = read('\x1b[38;5;208ma\x1b[48;2;1;2;255mb\x1b[39;49mc\x1b[97md\n').lines[0]?.runs
    expect(many?.map((run) => [run.style.fg, run.style.bg])).toEqual([
      [208, null],
      [208, '#0102ff'],
      [null, null],
      [15, null],
    ])
  })

  test('a match is marked by its offsets, whatever stands between its letters', () => {
    const { lines } = readLines({
      bytes: bytesOf('x m\x1b[31mce: y\n'),
      from: 100,
      mark: { from: 102, to: 111 },
    })
    expect(lines[0]?.runs.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(['m', 'ce:'])
  })

  test('titles, unseen and reversing characters are not shown', () => {
    expect(texts('\x1b]0;evil title\x07a\x1bPq#0\x1b\\b\u202ec\u200fd\u0085\n')).toEqual(['abcd'])
    expect(texts('\x1b]0;torn\nnext\n')).toEqual(['', 'next'])
  })

  test('whatever is printed, every byte belongs to one line, and lines are bounded', () => {
    const hostile = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.stringMatching(/^[[\]()PX^_DEMc0-9;:?A-Za-z@`]{0,14}$/).map((text) => bytesOf(`\x1b${text}`)),
        fc
          .constantFrom('\r\n', '\x1b[9999999999C', '\x1b[9999@', 'x'.repeat(3000), '\u0301'.repeat(50))
          .map(bytesOf),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(hostile, (parts) => {
        const bytes = Uint8Array.from(parts.flatMap((part) => [...part]))
        const { lines } = readLines({ bytes, from: 7 })
        let at = 7
        for (const line of lines) {
          expect(line.from).toBe(at)
          at = line.to
          expect(textOf(line).length).toBeLessThan(2100 * 8)
        }
        expect(at).toBe(7 + bytes.length)
      }),
    )
  })
})
