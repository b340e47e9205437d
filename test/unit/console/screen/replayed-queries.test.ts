import { expect, test } from 'vitest'
import { createLog } from '../../../../server/base/log.ts'
import type { History } from '../../../../server/console/history/history.ts'
import { ConsoleScreen } from '../../../../server/console/screen/console-screen.ts'
import { Emulator } from '../../../../server/console/screen/emulator.ts'
import { KeptScreens } from '../../../../server/console/screen/kept-screens.ts'
import type { Terminals } from '../../../../server/console/screen/terminals.ts'
import type { Link } from '../../../../server/console/transport.ts'
import { Turns } from '../../../../server/console/turns.ts'
import { FakeClock } from '../../../fakes/clock.ts'

const size = { rows: 24, cols: 80 }

/** Everything in memory: what a console printed before anybody wanted its screen, and what it prints now, come in one piece. */
function historyOf(printed: () => Buffer): History {
  return {
    get end() {
      return printed().length
    },
    get head() {
      return printed().length
    },
    oldest: 0,
    peek: (from: number, length: number) => printed().subarray(from, from + length),
    next: (position: number, _told: number, most: number) =>
      position >= printed().length
        ? { kind: 'live' }
        : {
            kind: 'bytes',
            bytes: printed().subarray(position, position + most),
            release: () => undefined,
          },
  } as unknown as History
}

/** The thread's terminals without the thread. */
const terminals = {
  running: true,
  open(_size: unknown, events: { parsed(bytes: number): void; answer(end: number, text: string): void }) {
    const emulator = new Emulator(size)
    return {
      write(bytes: Uint8Array, end: number, asks: boolean) {
        const answers = emulator.write(bytes, end)
        if (asks && answers !== '') events.answer(end, answers)
        events.parsed(bytes.length)
      },
      resize: () => undefined,
      draw: async () => emulator.draw(),
      view: async () => emulator.view(),
      close: () => undefined,
    }
  },
} as unknown as Terminals

test.each([
  ['a capability and a place', 'a log\x1b[c\x1b[6n\x1bP+q544e\x1b\\\r\n'],
  ['a version', '\x1b[>q'],
])('a query is answered, and none of the log before it that asks for %s', async (_what, log) => {
  const clock = new FakeClock()
  let printed = Buffer.from(log)
  let typed = ''
  const turns: (() => void)[] = []
  const screen = new ConsoleScreen({
    clock,
    log: createLog('error', { write: () => undefined }),
    turns: new Turns((run) => turns.push(run)),
    terminals,
    kept: new KeptScreens(clock),
    size,
    history: () => historyOf(() => printed),
    link: () =>
      ({
        write: (bytes: Uint8Array) => {
          typed += Buffer.from(bytes).toString('latin1')
          return true
        },
        drained: async () => undefined,
      }) as unknown as Link,
  })
  // Long ago, on another link, or before the gateway was started: nobody looked at it then.
  const query = Buffer.from('\x1b[5n\x1b]11;?\x1b\\')
  printed = Buffer.concat([printed, query])
  screen.printed(query, printed.length)
  clock.advance(100)
  for (let run = turns.shift(); run !== undefined; run = turns.shift()) run()
  expect(typed).toBe('\x1b[0n\x1b]11;rgb:0b0b/0e0e/1313\x1b\\')
  screen.close()
})
