import { createECDH } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textOf, utf8Length } from '../../../../server/contract/public-key/clean-text.ts'
import { uncompressed } from '../../../../server/contract/public-key/elliptic.ts'
import { sameBytes, WireReader, wireName, wireString } from '../../../../server/contract/public-key/wire.ts'

describe('the wire reader', () => {
  test('reads what was written, and says what is left', () => {
    const reader = new WireReader(Buffer.concat([wireName('ssh-rsa'), wireString(Uint8Array.of(1, 2))]))
    expect(reader.name()).toBe('ssh-rsa')
    expect(reader.string()).toEqual(Buffer.of(1, 2))
    expect(reader.left).toBe(0)
    expect(reader.string()).toBeUndefined()
  })

  test.each([
    ['no length', [0, 0, 0]],
    ['too few bytes', [0, 0, 0, 2, 1]],
    ['a length beyond 2^31', [0xff, 0xff, 0xff, 0xff, 1]],
  ])('stops at %s', (_, bytes) => {
    expect(new WireReader(Uint8Array.from(bytes)).string()).toBeUndefined()
  })

  test('compares bytes', () => {
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false)
  })
})

const codePoint = fc.oneof(fc.nat(0xff), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))

describe("a file's bytes", () => {
  test('are read as UTF-8', () => {
    fc.assert(
      fc.property(fc.array(codePoint, { maxLength: 50 }), (codes) => {
        const text = String.fromCodePoint(...codes)
        const bytes = Buffer.from(text)
        expect(textOf(bytes)).toBe(bytes.toString())
        expect(utf8Length(text)).toBe(bytes.length)
      }),
    )
  })

  test('never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof textOf(bytes)).toBe('string')
      }),
    )
  })

  test('are read as UTF-16 when they say so', () => {
    const little = Buffer.from('\ufeffssh-ed25519 ü€', 'utf16le')
    expect(textOf(little)).toBe('ssh-ed25519 ü€')
    expect(textOf(Buffer.from(little).swap16())).toBe('ssh-ed25519 ü€')
  })
})

test.each([
  ['nistp256', 'prime256v1'],
  ['nistp384', 'secp384r1'],
  ['nistp521', 'secp521r1'],
] as const)('a compressed point on %s is the same point uncompressed', (curve, name) => {
  const ecdh = createECDH(name)
  for (let round = 0; round < 8; round += 1) {
    ecdh.generateKeys()
    expect(Buffer.from(uncompressed(curve, ecdh.getPublicKey(null, 'compressed')))).toEqual(
      ecdh.getPublicKey(),
    )
  }
})
