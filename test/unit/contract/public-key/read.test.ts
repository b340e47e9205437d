import { describe, expect, test } from 'vitest'
import { textOf } from '../../../../server/contract/public-key/clean-text.ts'
import { typeWords } from '../../../../server/contract/public-key/fingerprint.ts'
import { publicPartOfPpk } from '../../../../server/contract/public-key/ppk.ts'
import { printPublicKey, readPublicKey } from '../../../../server/contract/public-key/read.ts'
import { splitKeys } from '../../../../server/contract/public-key/split.ts'
import {
  curves,
  keyRefusalCodes,
  keyTypes,
  keyWarningCodes,
} from '../../../../server/contract/public-key/types.ts'
import { fixtures } from '../../../fixtures/keys/fixtures.ts'

const line =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea ann@example.org'

test('the words of each catalogue differ', () => {
  for (const words of [curves, keyRefusalCodes, keyWarningCodes, keyTypes]) {
    expect(new Set<string>(words).size).toBe(words.length)
  }
  expect(Object.keys(typeWords).sort()).toEqual([...keyTypes].sort())
})

describe('the policy', () => {
  test('may allow RSA from 1024 bits, with a warning', () => {
    const reading = readPublicKey(fileText('bad/too-small-rsa1024.pub'), { leastRsaBits: 1024 })
    expect(reading).toMatchObject({ ok: true, key: { bits: 1024 }, warnings: [{ code: 'below-policy' }] })
  })

  test('cannot allow less, which OpenSSH does not take', () => {
    const reading = readPublicKey(fileText('bad/too-small-rsa512.pem'), { leastRsaBits: 0 })
    expect(reading).toMatchObject({ ok: false, refusal: { code: 'too-small' } })
  })

  test('may ask for more', () => {
    const reading = readPublicKey(fileText('good/rsa2048.pub'), { leastRsaBits: 3072 })
    expect(reading).toMatchObject({ ok: false, refusal: { code: 'too-small' } })
  })
})

describe('the size of a text', () => {
  const blanks = ' '.repeat(64 * 1024 - line.length)

  test('may be twenty times that of the longest key', () => {
    expect(readPublicKey(blanks + line).ok).toBe(true)
    expect(readPublicKey(` ${blanks}${line}`)).toMatchObject({ refusal: { code: 'too-large' } })
  })

  test('does not hide a private key', () => {
    const secret = `${blanks.repeat(10)}${fileText('private/openssh-ed25519')}`
    expect(readPublicKey(secret)).toMatchObject({ refusal: { code: 'private-key' } })
  })
})

test('a refusal says what it is and what to do, and repeats nothing of the text', () => {
  for (const { bytes } of fixtures) {
    const text = textOf(bytes)
    const reading = readPublicKey(text)
    if (reading.ok) continue
    const { reason, remedy } = reading.refusal
    expect(reason).toMatch(/^[A-Z].*\.$/)
    expect(remedy).toMatch(/^[A-Z].*\.$/)
    const pieces = (text.match(/\S{20,}/g) ?? []).filter((piece) => !keyTypes.some((type) => type === piece))
    expect(pieces.filter((piece) => `${reason} ${remedy}`.includes(piece))).toEqual([])
  }
})

describe('of a .ppk file', () => {
  test.each(['ppk2', 'ppk3', 'ppk3-encrypted'])('the public part is taken: %s', (name) => {
    const reading = publicPartOfPpk(fileText(`private/${name}`))
    const [publicLine] = fileText('private/after-public').split('\n')
    expect(reading.ok && printPublicKey(reading.key)).toBe(publicLine)
  })

  test.each([
    ['another version', (text: string) => text.replace('File-3', 'File-1'), 'not-a-key'],
    [
      'fewer lines than it says',
      (text: string) => text.replace('Public-Lines: 2', 'Public-Lines: 999'),
      'truncated',
    ],
    ['no public lines', (text: string) => text.replace('Public-Lines', 'Lines'), 'truncated'],
    ['another type', (text: string) => text.replace(': ssh-ed25519', ': ssh-rsa'), 'mismatch'],
  ])('nothing is taken from one with %s', (_, change, code) => {
    const reading = publicPartOfPpk(change(fileText('private/ppk3')))
    expect(reading).toMatchObject({ ok: false, refusal: { code } })
  })
})

describe('several keys', () => {
  test('are taken apart, each for itself', () => {
    const parts = [
      'good/p256-puttygen.rfc4716',
      'good/ed25519.pub',
      'good/rsa-pkcs1.pem',
      'good/wrapped-hard.pub',
    ]
    const { texts, privateKeys } = splitKeys(`# mine\n\n${parts.map(fileText).join('')}\nhello\n`)
    expect(privateKeys).toEqual([])
    expect(texts.map((text) => readPublicKey(text).ok)).toEqual([true, true, true, true, false])
    expect(texts.slice(0, 4).map(blobOf)).toEqual(parts.map(fileText).map(blobOf))
  })

  test('of a JSON set as well', () => {
    const jwks = JSON.stringify({
      keys: [JSON.parse(fileText('good/rsa.jwk')), JSON.parse(fileText('good/p256.jwk'))],
    })
    expect(splitKeys(jwks).texts.map(blobOf)).toEqual([
      blobOf(fileText('good/rsa.jwk')),
      blobOf(fileText('good/p256.jwk')),
    ])
  })

  test('are taken from between private keys, which are counted', () => {
    const secret = fileText('private/openssh-ed25519')
    const { texts, privateKeys } = splitKeys(`${secret}${line}\n${secret}`)
    expect(texts).toEqual([line])
    expect(privateKeys).toEqual(['openssh', 'openssh'])
  })
})

function fileText(name: string): string {
  const fixture = fixtures.find(({ file }) => file === name)
  if (!fixture) throw new Error(`There is no fixture ${name}.`)
  return textOf(fixture.bytes)
}

function blobOf(text: string): string {
  const reading = readPublicKey(text)
  return reading.ok ? Buffer.from(reading.key.blob).toString('base64') : reading.refusal.code
}
