import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { textOf } from '../../../server/contract/public-key/clean-text.ts'
import {
  keygenLine,
  md5Fingerprint,
  sha256Fingerprint,
} from '../../../server/contract/public-key/fingerprint.ts'
import { printPublicKey, readPublicKey } from '../../../server/contract/public-key/read.ts'
import { printRfc4716 } from '../../../server/contract/public-key/rfc4716.ts'
import type { PublicKey } from '../../../server/contract/public-key/types.ts'
import { fixtures } from '../../fixtures/keys/fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'ssh-keygen-'))
afterAll(() => rmSync(folder, { recursive: true }))

const known = run('ssh', ['-Q', 'key']).split('\n')
const keys = fixtures.flatMap(({ file, bytes }) => {
  const reading = readPublicKey(textOf(bytes))
  return reading.ok ? [{ file, key: reading.key }] : []
})
/** An ssh-keygen that does not know a type cannot be asked about it. */
const asked = keys.filter(({ key }) => known.includes(key.type))

test('ssh-keygen knows all types but the experimental one', () => {
  const unasked = keys.filter(({ key }) => !known.includes(key.type)).map(({ key }) => key.type)
  expect([...new Set(unasked)].filter((type) => type !== 'ssh-mldsa44-ed25519@openssh.com')).toEqual([])
  expect(asked.length).toBeGreaterThan(60)
})

test('ssh-keygen prints the same fingerprints, bits, comments and types', () => {
  // All in one file: a process for each would take longer than everything else here. Of a line without a comment in such a
  // file it prints the end of the key as one.
  const commented = asked.map(({ key }) => ({ ...key, comment: key.comment || 'none' }))
  const path = save(commented.map((key) => `${printPublicKey(key)}\n`).join(''))
  expect(run('ssh-keygen', ['-lf', path]).trim().split('\n')).toEqual(commented.map(keygenLine))
  const md5 = run('ssh-keygen', ['-l', '-E', 'md5', '-f', path]).trim().split('\n')
  expect(md5.map((line) => line.split(' ')[1])).toEqual(commented.map(({ blob }) => md5Fingerprint(blob)))
})

test.each(onePerType())('ssh-keygen says the same of $type without a comment', (key) => {
  const bare = { ...key, comment: '' }
  expect(run('ssh-keygen', ['-lf', save(`${printPublicKey(bare)}\n`)])).toBe(`${keygenLine(bare)}\n`)
})

test.each(onePerType())('ssh-keygen reads what is printed of $type as RFC 4716', (key) => {
  const read = readPublicKey(run('ssh-keygen', ['-i', '-f', save(printRfc4716(key))]))
  expect(read.ok && sha256Fingerprint(read.key.blob)).toBe(sha256Fingerprint(key.blob))
})

function onePerType(): PublicKey[] {
  return [...new Map(asked.map(({ key }) => [key.type, key])).values()]
}

function save(text: string): string {
  const path = join(folder, 'key')
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

function run(program: string, args: string[]): string {
  // In the C locale ssh-keygen writes other letters than ASCII as numbers.
  return execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } })
}
