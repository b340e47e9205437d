import { expect, test } from 'vitest'
import { missingLines, planPaste, typingSeconds } from '../../../client/web/console/paste.ts'
import { limits } from '../../../server/contract/limits.ts'

test('one line needs no question', () => {
  expect(planPaste('systemctl status\tssh é')).toMatchObject({
    ask: false,
    removed: 0,
    text: 'systemctl status\tssh é',
  })
})

test('a long line needs no question either, but is typed at the speed of the line', () => {
  expect(planPaste('é'.repeat(128))).toMatchObject({ ask: false, paced: false })
  expect(planPaste('é'.repeat(129))).toMatchObject({ ask: false, paced: true })
  expect(planPaste('a\n')).toMatchObject({ ask: true, paced: true })
})

test.each(['a\nb', 'a\r\nb', 'a\rb', 'a\nb\n'])('%j is two lines, and asks', (text) => {
  expect(planPaste(text)).toMatchObject({ ask: true, text, lines: ['a', 'b'] })
})

test('one line that ends would run, and asks', () => {
  expect(planPaste('reboot\n')).toMatchObject({ ask: true, lines: ['reboot'] })
})

test('what could end a bracketed paste is left out, and said', () => {
  expect(planPaste('echo\x1b[201~\x03rm')).toMatchObject({
    text: 'echo[201~rm',
    removed: 2,
    controls: '^[ ^C',
    ask: true,
  })
})

test('too much at once is refused by bytes, not by characters', () => {
  expect(planPaste('€'.repeat(limits.pasteBytes / 2))).toMatchObject({ tooLarge: true, ask: true })
  expect(planPaste('e'.repeat(limits.pasteBytes))).toMatchObject({ tooLarge: false })
})

test('a line end at the end is known: it enters the last line', () => {
  expect([planPaste('a\nb\n').ends, planPaste('a\nb').ends, planPaste('a').ends]).toEqual([
    true,
    false,
    false,
  ])
})

test.each([
  ['é\nb\nc\n', 3, { lines: 'lines 2 to 3', rest: 'b\nc\n' }],
  // The text of the line came back, but nobody pressed its Enter.
  ['é\nb\nc\n', 4, { lines: 'lines 2 to 3', rest: 'b\nc\n' }],
  ['é\r\nb', 4, { lines: 'line 2', rest: 'b' }],
  ['one\ntwo', 0, { lines: 'lines 1 to 2', rest: 'one\ntwo' }],
])('of %j, what is missing from byte %i is told as lines, with the rest to copy', (text, from, expected) => {
  expect(missingLines(text, [{ from, to: 99 }])).toEqual(expected)
})

test('nothing missing is nothing to tell', () => {
  expect(missingLines('a\nb', [])).toBeNull()
})

test('the time is that of the line, where it is known', () => {
  const serial = { baud: 300, dataBits: 8, parity: 'none', stopBits: 1 } as const
  expect(typingSeconds({ kind: 'tty', path: '/dev/ttyS0', flowControl: 'none', ...serial }, 300)).toBe(10)
  expect(typingSeconds({ kind: 'tcp', host: 'a', port: 1 }, 11_520)).toBe(1)
})
