import { expect, test } from 'vitest'
import { TextExport } from '../../../../server/console/history/text-export.ts'
import { textLine } from '../../../../server/console/history/text-line.ts'

test.each([
  ['plain text\r', 'plain text'],
  ['\x1b[32m  OK  \x1b[0m Started', '  OK   Started'],
  ['10 %\r 50 %\r100 %', '100 %'],
  ['a long line\rshort', 'shortg line'],
  ['a long line\rshort\x1b[K', 'short'],
  ['lss\b \b -l', 'ls -l'],
  ['abc\x1b[2Dx', 'axc'],
  ['abcd\r\x1b[2P', 'cd'],
  ['bc\r\x1b[@a', 'abc'],
  ['x\x1b[9999999Cy', `x${' '.repeat(499)}y`],
  ['\x1b]0;title\x07prompt\x07', 'prompt'],
  ['\x1b]0;never ended', ''],
  ['tab\there', 'tab\there'],
  ['Gr\xf6\xdfe', 'Größe'],
])('%j reads %j', (raw, text) => {
  expect(textLine(Buffer.from(raw, 'latin1'))).toBe(text)
})

test('UTF-8 stays, also where chunks cut it, and a gap is a line of its own', () => {
  const bytes = Buffer.from('eins 💾\r\nzwei')
  for (let cut = 0; cut <= bytes.length; cut++) {
    const text = new TextExport()
    const lines = text.bytes(bytes.subarray(0, cut)) + text.bytes(bytes.subarray(cut))
    const gap = text.gap({ from: 15, to: 15, startedAt: 1000, endedAt: 13_400, cause: 'link-down' })
    expect(lines + gap + text.end()).toBe('eins 💾\nzwei\n[gap: 12 s, link down]\n')
  }
})
