import headless from '@xterm/headless'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { guardFromDevice } from '../../../client/web/console/terminal/guard.ts'
import { Pieces } from '../../../client/web/console/terminal/pieces.ts'
import { hostilePrinters } from '../../soak/hostile-bytes.ts'
import { randomFrom } from '../../soak/rig.ts'

/** The page's terminal without its window: the same parser. */
let terminal: headless.Terminal
beforeEach(() => {
  terminal = new headless.Terminal({
    rows: 24,
    cols: 80,
    scrollback: 100,
    allowProposedApi: true,
    logLevel: 'off',
  })
  guardFromDevice(terminal)
})
afterEach(() => terminal.dispose())

/** Resolves when the terminal has taken it in: never, if it was stopped. */
const print = (bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => terminal.write(bytes, resolve))
const line = (row: number): string | undefined => terminal.buffer.active.getLine(row)?.translateToString(true)

test.each([...'LMSTIZb'])('CSI 2147483647 %s is dropped, and the terminal goes on', async (final) => {
  await print(`one\r\nx\x1b[2147483647${final}`)
  await print('\x1b[3;1Hstill here')
  expect([line(0), line(2)]).toEqual(['one', 'still here'])
})

test.each(['\x1b[1J', '\x1b[?1J'])(
  '%j at the very end of the screen is dropped, and the terminal goes on',
  async (erase) => {
    await print(`\x1b[24;80Hx${erase}`)
    await print('\x1b[1;1Hstill here')
    expect(line(0)).toBe('still here')
  },
)

test('what programs mean is done', async () => {
  await print('one\r\ntwo\r\nthree\x1b[1;1H\x1b[1M\x1b[3;1Ha\x1b[5b\x1b[2;1Hx\x1b[1J')
  expect([line(0), line(1), line(2)]).toEqual(['', '  ree', 'aaaaaa'])
})

describe.each(Object.entries(hostilePrinters))('%s', (_, printer) => {
  test('do not stop the terminal', async () => {
    const bytes = printer(randomFrom(1)).subarray(0, 128 * 1024)
    await new Promise<void>((resolve) => new Pieces(terminal).write(bytes, resolve))
    await print('\x18\x1b\\\x1bcstill here')
    expect(line(0)).toBe('still here')
  })
})
