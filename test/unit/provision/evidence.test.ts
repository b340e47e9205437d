import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostKeysPrinted } from '../../../server/provision/console-block.ts'
import { judge } from '../../../server/provision/judge.ts'
import { knownHosts } from '../../../server/provision/known-hosts.ts'
import type { HostKeysTable } from '../../../server/store/schema.ts'

const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAIMkBiRdUxGOtNzKX9hHSUBBai+jz0FPYNRUJuhbHKQbP'
const line = `ssh-ed25519 ${blob}`
const keys = (...lines: string[]) =>
  `-----BEGIN SSH HOST KEY KEYS-----\r\n${lines.join('\r\n')}\r\n-----END SSH HOST KEY KEYS-----\r\n`
const printed = (text: string) => hostKeysPrinted(Buffer.from(text))

describe('host keys that a console printed', () => {
  test('are those of whole blocks, kernel messages between them passed over', () => {
    const [found, ...more] = printed(
      `boot\r\n${keys('[   12.345678] random: crng init done', `${line} root@fresh-1`)}login: `,
    )
    expect(found).toMatchObject({ type: 'ssh-ed25519', line })
    expect(found?.sha256).toMatch(/^SHA256:/)
    expect(more).toEqual([])
  })

  test('may be known by fingerprints alone, as cloud-init prints them through syslog', () => {
    const of = `SHA256:${'a'.repeat(43)}`
    const front = '<14>Nov 28 16:00:00 cloud-init: '
    const lines = ['-----BEGIN SSH HOST KEY FINGERPRINTS-----', `256 ${of} root@x (ECDSA)`]
    const end = '-----END SSH HOST KEY FINGERPRINTS-----'
    expect(printed([...lines, end].map((text) => `${front}${text}\r\n`).join(''))).toEqual([
      { type: 'ecdsa-sha2-nistp256', sha256: of, line: null },
    ])
  })

  test.each([
    ['a block that does not end', keys(line).slice(0, -40)],
    ['a key outside of a block', line],
    ['a key that is cut', keys(line.slice(0, -8))],
    ['a key whose inside is of another type', keys(`ssh-rsa ${blob}`)],
    ['options before a key', keys(`command="x" ${line}`)],
    ['a block longer than any', keys('x'.repeat(20_000), line)],
  ])('are not in %s', (_, text) => {
    expect(printed(text)).toEqual([])
  })

  test('whatever is printed, it is read without an error and gives whole keys or none', () => {
    const begin = '-----BEGIN SSH HOST KEY KEYS-----'
    const pieces = fc.constantFrom(keys(line), line, begin, '\u001b[31m', 'é', '\u0000')
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' }))), (parts) => {
        for (const key of printed(parts.join(''))) expect(key.line).toBe(line)
      }),
    )
  })
})

const console = (type: string, sha256: string): HostKeysTable => heard('console', type, sha256)
const phone = (type: string, sha256: string): HostKeysTable => heard('phone-home', type, sha256)
function heard(source: HostKeysTable['source'], type: string, sha256: string): HostKeysTable {
  return { deviceId: 'dev_one', source, type, sha256, line: `${type} ${sha256}`, seenAt: 1 }
}

test.each([
  ['none', []],
  ['unverified', [phone('ssh-rsa', 'A')]],
  ['console', [console('ssh-rsa', 'A')]],
  ['agree', [console('ssh-rsa', 'A'), phone('ssh-rsa', 'A')]],
  ['agree', [console('ssh-rsa', 'A'), phone('ssh-rsa', 'A'), phone('ssh-ed25519', 'B')]],
  ['mismatch', [console('ssh-rsa', 'A'), phone('ssh-rsa', 'B')]],
  // Somebody printed a block of their own.
  ['mismatch', [console('ssh-rsa', 'A'), phone('ssh-rsa', 'A'), console('ssh-rsa', 'B')]],
  ['console', [console('ssh-rsa', 'A'), phone('ssh-ed25519', 'B')]],
] as const)('is judged as %s', (state, rows) => {
  expect(judge([...rows]).state).toBe(state)
})

test('what the network alone told is not among what is given to ssh, and patterns are no names', () => {
  const judged = judge([console('ssh-rsa', 'A'), phone('ssh-ed25519', 'B')])
  const options = { hashed: false, unverified: false }
  expect(knownHosts([{ names: ['db1', 'DB1.example.org'], judged }], options)).toBe(
    'db1,db1.example.org ssh-rsa A verified: console\n',
  )
  expect(knownHosts([{ names: ['*', 'a,b', '!x'], judged }], options)).toBe('')
})
