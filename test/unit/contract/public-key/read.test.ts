import { describe, expect, test } from 'vitest'
import {
  keygenLine,
  md5Fingerprint,
  sha256Fingerprint,
  typeWords,
} from '../../../../server/contract/public-key/fingerprint.ts'
import { printPublicKey, readPublicKey } from '../../../../server/contract/public-key/read.ts'
import {
  curves,
  keyRefusalCodes,
  keyTypes,
  keyWarningCodes,
} from '../../../../server/contract/public-key/types.ts'

const line =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea ann@example.org'

describe('an OpenSSH line', () => {
  test('is read, and printed as it was', () => {
    const reading = readPublicKey(`${line}\n`)
    expect(reading).toMatchObject({ ok: true, warnings: [], key: { type: 'ssh-ed25519', curve: 'ed25519' } })
    if (!reading.ok) return
    expect(printPublicKey(reading.key)).toBe(line)
    expect(keygenLine(reading.key)).toMatch(/^256 SHA256:[A-Za-z0-9+/]{43} ann@example\.org \(ED25519\)$/)
    expect(keygenLine(reading.key)).toContain(sha256Fingerprint(reading.key.blob))
    expect(md5Fingerprint(reading.key.blob)).toMatch(/^MD5(?::[0-9a-f]{2}){16}$/)
  })
})

test('the words of each catalogue differ', () => {
  for (const words of [curves, keyRefusalCodes, keyWarningCodes, keyTypes]) {
    expect(new Set<string>(words).size).toBe(words.length)
  }
  expect(Object.keys(typeWords)).toEqual(expect.arrayContaining([...keyTypes]))
})
