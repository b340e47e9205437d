import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lastPlainLine, plainText } from '../../../server/console/plain-text.ts'

const line = (text: string, most = 200): string => lastPlainLine(Buffer.from(text), most)

describe('the last line', () => {
  test.each([
    ['web-1 login: ', 'web-1 login:'],
    ['one\r\ntwo\r\n\r\n  \r\n', 'two'],
    ['\x1b[1;32mroot@web-1\x1b[0m:~# ', 'root@web-1:~#'],
    ['\x1b]0;root@web-1: ~\x07root@web-1:~# ', 'root@web-1:~#'],
    ['\x1b]0;title\x1b\\prompt$ ', 'prompt$'],
    ['\x1bP1$r0m\x1b\\text', 'text'],
    ['\x1b(B\x1b)0\x1b7\x1b8\x1bMtext', 'text'],
    ['50%\r100%', '100%'],
    ['a\x07b\x08c\x00d', 'abcd'],
    ['tab\there', 'tab here'],
    ['\x9b31mtext', '31mtext'],
    ['é€😀', 'é€😀'],
    // Shown as it came, it would read backwards.
    ['\u202egol\u2066in\u2069\u202c', 'golin'],
    ['ro\u200bot\ufeff\u2060\u200f\u{e0041}', 'root'],
    ['one\u2028two', 'onetwo'],
    ['', ''],
    ['\x1b[2J\x1b[H', ''],
    ['\x1b', ''],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('of %j is %j', (text, expected) => {
    expect(line(text)).toBe(expected)
  })

  test('is cut between characters', () => {
    expect(line('😀'.repeat(300))).toBe('😀'.repeat(200))
    expect(line('x'.repeat(300), 10)).toBe('xxxxxxxxxx')
  })

  test('of hostile bytes has no control character, and costs no time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        expect(lastPlainLine(bytes, 200)).not.toMatch(/[\p{Cc}]/u)
      }),
    )
    for (const evil of ['\x1b]', '\x1b[', '\x1b[;', '\x1b ', '\x1bP\x1b']) {
      expect(plainText(Buffer.from(evil.repeat(200_000))).length).toBeLessThan(1_000_000)
    }
  })
})
