import { Terminal } from '@xterm/headless'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coreOf } from '../../../client/web/console/terminal/core.ts'
import { printLettersTogether } from '../../../client/web/console/terminal/letters.ts'

const screen = { rows: 5, cols: 12, scrollback: 20, allowProposedApi: true } as const
const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })
/** What letters may meet: others that are wide or join, rows that they end or move, styles, links, other letters of the same bytes. */
const met = fc.constantFrom(
  ...['漢', '漢字漢', '\u0301', 'e\u0301', '👩‍👩‍👧', '\u200d', 'é', '\u00a0', '\ufeff'],
  ...['\r', '\n', '\r\n', '\b', '\b\b\b', '\t', '\x1bM', '\x1b7', '\x1b8'],
  ...[
    '\x1b[3b',
    '\x1b[2P',
    '\x1b[2@',
    '\x1b[3X',
    '\x1b[K',
    '\x1b[1K',
    '\x1b[2;4H',
    '\x1b[11G',
    '\x1b[12G',
    '\x1b[2L',
    '\x1b[2J',
  ],
  ...[
    '\x1b[m',
    '\x1b[1;31m',
    '\x1b[48;5;99m',
    '\x1b[38;2;1;2;3m',
    '\x1b[4m',
    '\x1b[4:3m',
    '\x1b[58;5;9m',
    '\x1b[53m',
    '\x1b[1"q',
  ],
  ...['\x1b]8;;http://a.example/\x07', '\x1b]8;;\x07'],
  ...[
    '\x1b[4h',
    '\x1b[4l',
    '\x1b[?7l',
    '\x1b[?7h',
    '\x1b(0',
    '\x1b(B',
    '\x0e',
    '\x0f',
    '\x1b)0',
    '\x1b[2;4r',
    '\x1b[r',
  ],
  ...['\x1b[?1049h', '\x1b[?1049l', '\x1b[!p', '\x1bc'],
)

interface Core {
  _oscLinkService: { _dataByLinkId: Map<number, { lines: { line: number }[] }> }
}

/** Everything that is on the screen and above it, where the next letter would go, and in which lines links stand. */
function seen(terminal: Terminal) {
  const { active } = terminal.buffer
  const links = coreOf<Core>(terminal)._oscLinkService._dataByLinkId.values()
  const rows = Array.from({ length: active.length }, (_, y) => {
    const line = active.getLine(y)
    return {
      isWrapped: line?.isWrapped,
      cells: Array.from({ length: terminal.cols }, (_, x) => line?.getCell(x)),
    }
  })
  return {
    x: active.cursorX,
    y: active.cursorY,
    baseY: active.baseY,
    type: active.type,
    rows,
    links: [...links].map(({ lines }) => lines.map(({ line }) => line)),
  }
}

test('what is printed looks as xterm.js alone would have it, whatever it meets', async () => {
  const text = fc
    .array(fc.oneof({ weight: 2, arbitrary: word }, met), { minLength: 1, maxLength: 20 })
    .map((parts) => parts.join(''))
  const writes = fc.array(fc.record({ cols: fc.integer({ min: 2, max: 20 }), text }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(writes, async (written) => {
      const alone = new Terminal(screen)
      const together = new Terminal(screen)
      printLettersTogether(together)
      for (const terminal of [alone, together]) {
        for (const { cols, text } of written) {
          // Half of them stay as they are.
          terminal.resize(cols < 11 ? screen.cols : cols, screen.rows)
          await new Promise<void>((done) => terminal.write(text, done))
        }
      }
      expect(seen(together)).toEqual(seen(alone))
      alone.dispose()
      together.dispose()
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['letters that fit into their row do without a question for each', false, 100],
  ['each letter passes by itself where it is read out', true, 7800],
])('%s', async (_, screenReaderMode, questions) => {
  const terminal = new Terminal({ ...screen, cols: 80, screenReaderMode })
  const { unicode } = terminal
  let asked = 0
  unicode.register({
    version: 'counting',
    wcwidth: () => 1,
    charProperties: () => {
      asked += 1
      return 2
    },
  })
  unicode.activeVersion = 'counting'
  printLettersTogether(terminal)
  await new Promise<void>((done) => terminal.write(`${'x'.repeat(78)}\r\n`.repeat(100), done))
  expect(asked).toBe(questions)
})
