import { expect, test } from 'vitest'
import { ScreenDesk } from './screen-desk.ts'

test.each([
  ['a capability and a place', 'a log\x1b[c\x1b[6n\x1bP+q544e\x1b\\\r\n'],
  ['a version', '\x1b[>q'],
])('a query is answered, and none of the log before it that asks for %s', (_what, log) => {
  const desk = new ScreenDesk()
  const console = desk.console()
  // What a console printed before anybody wanted its screen comes in one piece with what it prints now.
  console.had(log)
  console.print('\x1b[5n\x1b]11;?\x1b\\')
  desk.pass(100)
  expect(console.typed).toBe('\x1b[0n\x1b]11;rgb:0b0b/0e0e/1313\x1b\\')
})
