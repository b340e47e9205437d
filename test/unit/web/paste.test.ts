import { expect, test } from 'vitest'
import { planPaste } from '../../../client/web/console/paste.ts'
import { limits } from '../../../server/contract/limits.ts'

test('one line needs no question', () => {
  expect(planPaste('systemctl status\tssh é')).toMatchObject({
    ask: false,
    removed: 0,
    text: 'systemctl status\tssh é',
  })
})

test.each(['a\nb', 'a\r\nb', 'a\rb', 'a\nb\n'])('%j is two lines, and asks', (text) => {
  expect(planPaste(text)).toMatchObject({ ask: true, text, lines: ['a', 'b'] })
})

test('one line that ends would run, and asks', () => {
  expect(planPaste('reboot\n')).toMatchObject({ ask: true, lines: ['reboot'] })
})

test('what could end a bracketed paste is left out, and said', () => {
  expect(planPaste('echo\x1b[201~\x03rm')).toMatchObject({ text: 'echo[201~rm', removed: 2, ask: true })
})

test('too much at once is refused by bytes, not by characters', () => {
  expect(planPaste('€'.repeat(limits.inputBytesPerSecond / 2))).toMatchObject({ tooLarge: true, ask: true })
  expect(planPaste('e'.repeat(limits.inputBytesPerSecond))).toMatchObject({ tooLarge: false })
})
