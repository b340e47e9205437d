import { createECDH, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printJwk } from '../../../../server/contract/public-key/jwk.ts'
import { printPkcs1Pem, printSpkiPem } from '../../../../server/contract/public-key/pem.ts'
import { printPublicKey, readPublicKey } from '../../../../server/contract/public-key/read.ts'
import { printRfc4716 } from '../../../../server/contract/public-key/rfc4716.ts'
import type { PublicKey } from '../../../../server/contract/public-key/types.ts'
import { concat, wireName, wireString } from '../../../../server/contract/public-key/wire.ts'

/** Made once: what varies besides is cheap. */
const rsaKeys = [2048, 2056, 3072].map((bits) =>
  read(jwkOf(generateKeyPairSync('rsa', { modulusLength: bits }).publicKey)),
)

const ed25519 = fc.constant(undefined).map(() => read(jwkOf(generateKeyPairSync('ed25519').publicKey)))
const ecdsa = fc.constantFrom('prime256v1', 'secp384r1', 'secp521r1').map((namedCurve) => {
  return read(jwkOf(generateKeyPairSync('ec', { namedCurve }).publicKey))
})
const plain = fc.oneof(ed25519, ecdsa, fc.constantFrom(...rsaKeys))
const application = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
const securityKey = fc.tuple(fc.oneof(ed25519, ecdsaP256()), application).map(([{ blob, type }, name]) => {
  const skType = `sk-${type}@openssh.com`
  const rest = blob.subarray(4 + type.length)
  const whole = concat([wireName(skType), rest, wireName(name)])
  return read(`${skType} ${Buffer.from(whole).toString('base64')}`)
})
const composite = fc
  .tuple(fc.uint8Array({ minLength: 1312, maxLength: 1312 }), ed25519)
  .map(([mldsa, { blob }]) => {
    const type = 'ssh-mldsa44-ed25519@openssh.com'
    const whole = concat([wireName(type), wireString(concat([mldsa, blob.subarray(-32)]))])
    return read(`${type} ${Buffer.from(whole).toString('base64')}`)
  })
const comment = fc
  .string({ unit: 'grapheme', maxLength: 120 })
  .map((text) => text.trim())
  .filter((text) => read(`${line} ${text}`, true)?.comment === text)
const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea'

describe('a key is the same after it was printed and read as', () => {
  test('an OpenSSH line', () => {
    holds(fc.oneof(plain, securityKey, composite), (key) => expect(read(printPublicKey(key))).toEqual(key))
  })

  test('an OpenSSH line that was broken anywhere', () => {
    fc.assert(
      fc.property(fc.oneof(plain, securityKey), fc.integer({ min: 36, max: 100 }), (key, width) => {
        const broken = printPublicKey(key).replace(new RegExp(`.{${width}}`, 'g'), '$&\n')
        expect(read(broken)).toEqual(key)
      }),
      { numRuns: 60 },
    )
  })

  test('RFC 4716', () => {
    holds(fc.oneof(plain, securityKey, composite), (key) => {
      const text = printRfc4716(key)
      expect(Math.max(...text.split('\n').map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(72)
      expect(read(text)).toEqual(key)
    })
  })

  test('PEM, but for the comment', () => {
    holds(plain, (key) => expect(read(`${printSpkiPem(key)}`)).toEqual({ ...key, comment: '' }))
    for (const key of rsaKeys) expect(read(`${printPkcs1Pem(key)}`)).toEqual(key)
  })

  test('JWK', () => {
    holds(plain, (key) => expect(read(`${printJwk(key)}`)).toEqual(key))
  })

  test('nothing at all, where a format has no form for it', () => {
    holds(fc.oneof(securityKey, composite), (key) => {
      expect([printSpkiPem(key), printPkcs1Pem(key), printJwk(key)]).toEqual([
        undefined,
        undefined,
        undefined,
      ])
    })
  })
})

test('PEM is what OpenSSL prints', () => {
  holds(plain, (key) => {
    const pem = `${printSpkiPem(key)}`
    expect(createPublicKey(pem).export({ type: 'spki', format: 'pem' })).toBe(pem)
  })
})

function holds(keys: fc.Arbitrary<PublicKey>, check: (key: PublicKey) => void): void {
  fc.assert(
    fc.property(keys, comment, (key, text) => {
      check({ ...key, comment: text })
    }),
    { numRuns: 60 },
  )
}

function read(text: string): PublicKey
function read(text: string, mayFail: true): PublicKey | undefined
function read(text: string, mayFail = false): PublicKey | undefined {
  const reading = readPublicKey(text)
  if (reading.ok) return reading.key
  if (mayFail) return undefined
  throw new Error(`${reading.refusal.code}: ${reading.refusal.reason}`)
}

function jwkOf(key: KeyObject): string {
  return JSON.stringify(key.export({ format: 'jwk' }))
}

function ecdsaP256() {
  return fc.constant(undefined).map(() => {
    const ecdh = createECDH('prime256v1')
    const blob = concat([
      wireName('ecdsa-sha2-nistp256'),
      wireName('nistp256'),
      wireString(ecdh.generateKeys()),
    ])
    return read(`ecdsa-sha2-nistp256 ${Buffer.from(blob).toString('base64')}`)
  })
}
