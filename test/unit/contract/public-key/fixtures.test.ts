import { describe, expect, test } from 'vitest'
import { textOf } from '../../../../server/contract/public-key/clean-text.ts'
import { findPrivateKey } from '../../../../server/contract/public-key/private-key.ts'
import { printPublicKey, readPublicKey } from '../../../../server/contract/public-key/read.ts'
import { splitKeys } from '../../../../server/contract/public-key/split.ts'
import { files, fixtures } from '../../../fixtures/keys/fixtures.ts'

const good = fixtures.filter(({ expected }) => 'type' in expected)
const secret = fixtures.filter(({ file }) => file.startsWith('private/'))
/** The others are no text: only who has the file's bytes can tell what they are. */
const secretTexts = secret.filter(
  ({ expected }) => 'refused' in expected && expected.refused === 'private-key',
)

test('the table names each file, and there are enough', () => {
  expect(fixtures.map(({ file }) => file).sort()).toEqual([...files].sort())
  expect(fixtures.length).toBeGreaterThan(150)
})

describe('each file is read or refused as the table says:', () => {
  test.each(fixtures)('$file', ({ bytes, expected }) => {
    const reading = readPublicKey(textOf(bytes))
    if ('refused' in expected) {
      expect(reading).toMatchObject({ ok: false, refusal: { code: expected.refused } })
      return
    }
    const { type, comment, warnings = [] } = expected
    expect(reading).toMatchObject({ ok: true, key: { type, comment } })
    if (!reading.ok) return
    expect(reading.warnings.map(({ code }) => code)).toEqual(warnings)
    expect(readPublicKey(printPublicKey(reading.key))).toMatchObject({ ok: true, key: reading.key })
  })
})

test('the same key is the same in every format and after every journey', () => {
  const blobs = new Map<string, Set<string>>()
  for (const { file, bytes } of good) {
    const reading = readPublicKey(textOf(bytes))
    const [name = ''] = file.replace('good/', '').split(/[-.]/)
    if (!reading.ok || !['ed25519', 'p256', 'p384', 'p521', 'rsa'].includes(name)) continue
    const seen = blobs.get(name) ?? new Set()
    blobs.set(name, seen.add(Buffer.from(reading.key.blob).toString('base64')))
  }
  expect([...blobs].map(([name, seen]) => [name, seen.size])).toEqual([
    ['ed25519', 1],
    ['p256', 1],
    ['p384', 1],
    ['p521', 1],
    ['rsa', 1],
  ])
})

describe('no private key', () => {
  test.each(secret)('is overlooked in the bytes of $file', ({ bytes }) => {
    expect(findPrivateKey(bytes)).toBeDefined()
  })

  test.each(secretTexts)('is overlooked in the text of $file', ({ bytes }) => {
    expect(findPrivateKey(textOf(bytes))).toBeDefined()
  })

  test.each(secretTexts)('of $file is in what a refusal or a split hands on', ({ bytes }) => {
    const text = textOf(bytes)
    const { texts, privateKeys } = splitKeys(text)
    expect(privateKeys.length).toBeGreaterThan(0)
    const handedOn = JSON.stringify([readPublicKey(text), ...texts.map(withoutBlob)])
    const pieces = text.split(/\s+/).flatMap((word) => word.match(/.{16}/g) ?? [])
    expect(pieces.filter((piece) => handedOn.includes(piece))).toEqual([])
  })

  test.each(fixtures.filter(({ file }) => !file.startsWith('private/')))('is seen in $file', ({ bytes }) => {
    expect(findPrivateKey(bytes)).toBeUndefined()
  })
})

/** A public key without what is public of it. */
function withoutBlob(text: string): string {
  const reading = readPublicKey(text)
  return reading.ok ? reading.key.comment : text
}
