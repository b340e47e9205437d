import { describe, expect, test } from 'vitest'
import { Emulator } from '../../../../server/console/screen/emulator.ts'
import { QueryScanner } from '../../../../server/console/screen/query-scanner.ts'

/** What a terminal of 24 rows and 80 columns that shows nothing says to this. */
function answerTo(query: string): string {
  const bytes = Buffer.from(query, 'latin1')
  return new Emulator({ rows: 24, cols: 80 }).write(bytes, bytes.length)
}

/** Asked at their start: by vim 9 and tmux 3.3 as seen on a pty (less, bash and zsh ask nothing there), by fish 4 and neovim as they document it. */
const programs: [program: string, queries: [asked: string, answer: string][]][] = [
  [
    'vim',
    [
      ['\x1b[6n', '\x1b[1;1R'],
      ['\x1b[>c', '\x1b[>0;276;0c'],
      ['\x1bP$q q\x1b\\', '\x1bP1$r2 q\x1b\\'],
      ['\x1b[?12$p', '\x1b[?12;2$y'],
      ['\x1b]10;?\x07', '\x1b]10;rgb:d6d6/dcdc/e6e6\x1b\\'],
      ['\x1b]11;?\x07', '\x1b]11;rgb:0b0b/0e0e/1313\x1b\\'],
      ['\x1bP+q436f\x1b\\', '\x1bP1+r436f=323536\x1b\\'],
      ['\x1bP+q6b75\x1b\\', '\x1bP0+r\x1b\\'],
    ],
  ],
  [
    'tmux',
    [
      ['\x1b[c', '\x1b[?1;2c'],
      ['\x1b[>c', '\x1b[>0;276;0c'],
      ['\x1b[>q', '\x1bP>|Lifeline\x1b\\'],
      ['\x1b[18t', '\x1b[8;24;80t'],
      ['\x1b[14t', '\x1b[4;384;640t'],
    ],
  ],
  [
    'fish',
    [
      ['\x1b[>0q', '\x1bP>|Lifeline\x1b\\'],
      ['\x1bP+q696e646e\x1b\\', '\x1bP0+r\x1b\\'],
      ['\x1b[c', '\x1b[?1;2c'],
    ],
  ],
  [
    'neovim',
    [
      ['\x1bP$qm\x1b\\', '\x1bP1$r0m\x1b\\'],
      ['\x1b[?2026$p', '\x1b[?2026;2$y'],
      ['\x1b[?2027$p', '\x1b[?2027;0$y'],
      ['\x1b[?996n', '\x1b[?997;1n'],
      ['\x1bP+q4d73\x1b\\', '\x1bP0+r\x1b\\'],
    ],
  ],
]

describe.each(programs)('what %s asks', (_, queries) => {
  test.each(queries)('%j is answered', (asked, answer) => {
    expect(answerTo(asked)).toBe(answer)
    expect(new QueryScanner().scan(Buffer.from(asked, 'latin1'))).toHaveLength(1)
  })
})

describe('not answered', () => {
  /** By whose answer a device would choose what is typed, or learn what is none of its business. */
  test.each([
    ['the title', '\x1b]2;reboot\x07\x1b[21t'],
    ['the name of the icon', '\x1b]1;reboot\x07\x1b[20t'],
    ['the clipboard', '\x1b]52;c;?\x07'],
    ['the answerback message (ENQ)', '\x05'],
    ['a sum of what stands on the screen (DECRQCRA)', 'x\x1b[1;1;1;1;1;1*y'],
    ['the folder', '\x1b]7;file://h/$(reboot)\x07\x1b]7;?\x07'],
    ['the font', '\x1b]50;?\x07'],
    ['tab stops and cursor (DECRQPSR)', '\x1b[1$w\x1b[2$w'],
    ['the state of the terminal (DECRQTSR)', '\x1b[1$u'],
    ['parameters of the line (DECREQTPARM)', '\x1b[x'],
  ])('%s', (_, asked) => expect(answerTo(asked)).toBe(''))

  /** What who has it answers: who asks and hears DA1 before anything else knows that it is not there. */
  test.each([
    ['keys as kitty reports them', '\x1b[?u'],
    ['keys as xterm reports them (XTQMODKEYS)', '\x1b[?4m'],
    ['pictures (XTSMGRAPHICS)', '\x1b[?1;1S'],
    ['pictures as kitty draws them', '\x1b_Gi=1,a=q;AAAA\x1b\\'],
    ['a printer', '\x1b[?15n'],
  ])('%s', (_, asked) => expect(answerTo(`${asked}\x1b[c`)).toBe('\x1b[?1;2c'))

  test('nothing that a device makes up comes back in an answer', () => {
    const word = '$(reboot)'
    const hex = Buffer.from(word).toString('hex')
    const asked = [
      `\x1bP$q${word}\x1b\\`,
      `\x1bP+q${hex};544e\x1b\\`,
      `\x1b]4;1;${word};2;?\x07`,
      `\x1b]11;?;${word}\x07`,
      `\x1b]10;${word}\x07\x1b]10;?\x07`,
      `\x1b[?${'1'.repeat(40)}$p`,
    ].join('')
    const answers = answerTo(asked)
    expect(answers).not.toBe('')
    expect(answers).not.toContain(word)
    expect(answers.toLowerCase()).not.toContain(hex)
    expect(answers).not.toContain('1'.repeat(20))
  })
})
