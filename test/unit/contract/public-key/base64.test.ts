import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeBase64,
  decodeBase64Start,
  decodeBase64Url,
  encodeBase64,
  encodeBase64Url,
} from '../../../../server/contract/public-key/base64.ts'

describe('base64', () => {
  test('is written and read as Node does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64')
        const url = Buffer.from(bytes).toString('base64url')
        expect(encodeBase64(bytes)).toBe(text)
        expect(encodeBase64Url(bytes)).toBe(url)
        expect(decodeBase64(text)).toEqual(bytes)
        expect(decodeBase64(text.replaceAll('=', ''))).toEqual(bytes)
        expect(decodeBase64Url(url)).toEqual(bytes)
      }),
    )
  })

  test.each([
    ['a length that no bytes have', 'AAAAA'],
    ['too much padding', 'AAA=='],
    ['padding of nothing', '='],
    ['padding in the middle', 'AA==AAAA'],
    ['bits that are not used', 'AB=='],
    ['bits that are not used, without padding', 'AAB'],
    ['the other alphabet', 'A-_A'],
    ['a blank', 'AA AA'],
    ['a letter that is none of ASCII', 'AAAÀ'],
  ])('is refused with %s', (_, text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })

  test('is read up to what is none', () => {
    expect(decodeBase64Start('AQIDBA==AQID')).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(decodeBase64Start('')).toEqual(new Uint8Array())
    expect(decodeBase64Start('AQIDB')).toEqual(Uint8Array.of(1, 2, 3))
  })
})
