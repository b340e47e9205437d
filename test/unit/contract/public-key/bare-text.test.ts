import { describe, expect, test } from 'vitest'
import { BareReader } from '../../../../server/contract/public-key/bare-text.ts'
import { textOf } from '../../../../server/contract/public-key/clean-text.ts'
import { findPrivateKey } from '../../../../server/contract/public-key/private-key.ts'
import { fixtures } from '../../../fixtures/keys/fixtures.ts'

describe('the bare text', () => {
  test('has no blanks, and nothing that Unicode calls ignorable', () => {
    const codes = Array.from({ length: 0x110000 }, (_, code) => code)
    const characters = codes
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((character) => !/[\\%]/.test(character))
    const left = characters.filter((character) => bareOf(character) !== '').join('')
    const seen = characters.filter((character) => !/[\0\s\p{Default_Ignorable_Code_Point}]/u.test(character))
    expect(left).toBe(seen.join(''))
  })

  test.each([
    ['as it is', 'a\\b%c%4', 'ab%c%4'],
    ['of forms', '%41%4a%20é€%c3%ad%00b', 'AJ\x7f\x7fb'],
    ['of JSON', '\\u0041\\\\\\\\u004A\\n\\r\\t\\u00e9\\u00ad\\u0000\\"\\u12', 'AJ\x7f"u12'],
    ['with zeros between them', '%\x004\x001\x00\\\0u\x000\x000\x004\x001\0', 'AA'],
  ])('has what an escape stands for: %s', (_, text, bare) => {
    expect(bareOf(text)).toBe(bare)
  })
})

function bareOf(text: string): string {
  const reader = new BareReader(text)
  return reader.done ? '' : reader.next().bare
}

const secrets = fixtures
  .filter(({ file }) => file.startsWith('private/'))
  .map(({ file, bytes }) => ({ file, text: textOf(bytes) }))
  .filter(({ text }) => findPrivateKey(text) !== undefined)

describe('a private key is found wherever it stands in a long text:', () => {
  test.each(secrets)('$file', ({ text }) => {
    for (const before of [16_000, 16_128, 16_256, 16_320, 16_360, 16_383, 16_384, 32_500]) {
      expect(findPrivateKey(`${'x'.repeat(before)} ${text}`), `behind ${before}`).toBeDefined()
    }
  })

  test.each(['-----BEGIN PRIVATE KEY-----', '"oct"', 'P2/56', 'DEK-Info:', '\u{e0001}openssh-key-v1'])(
    '%j',
    (mark) => {
      for (let before = 16_100; before < 16_400; before += 1) {
        expect(findPrivateKey(`${' x'.repeat(before)} ${mark} x`), `behind ${before}`).toBeDefined()
      }
    },
  )
})
