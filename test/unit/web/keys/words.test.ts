import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { presence, reasonWords } from '../../../../client/web/device-keys/words.ts'
import { provisioningWords } from '../../../../client/web/first-boot/words.ts'
import { endOfDay } from '../../../../client/web/keys/add/expiry.ts'
import { removeLine } from '../../../../client/web/keys/commands.ts'
import { keyKind } from '../../../../client/web/words/key.ts'
import type { Provisioning } from '../../../../server/contract/provision.ts'

test.each([
  ['ssh-rsa', 3072, 'RSA 3072'],
  ['ssh-ed25519', 256, 'Ed25519'],
  ['ecdsa-sha2-nistp521', 521, 'ECDSA P-521'],
  ['of-the-future', 1, 'of-the-future'],
])('%s is called as people call it', (type, bits, kind) => {
  expect(keyKind({ type, bits })).toBe(kind)
})

test('a day ends at its last moment, in the reader’s zone', () => {
  expect(endOfDay('2027-03-01')).toBe(new Date(2027, 2, 1, 23, 59, 59, 999).getTime())
  expect(endOfDay('')).toBeUndefined()
})

test('the command for taking a key off takes its lines and no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-remove-'))
  await mkdir(join(folder, '.ssh'))
  const file = join(folder, '.ssh/authorized_keys')
  const others = ['# AAAA/+b= in words', 'ssh-rsa AAAA/+c= c', 'from="*" ssh-rsa AAAA/+d= d']
  const gone = ['ssh-rsa AAAA/+bb== b', 'restrict ssh-rsa AAAA/+bb== other words']
  await writeFile(file, `${[others[0], gone[0], others[1], gone[1], others[2]].join('\n')}\n`)
  execFileSync('sh', ['-c', removeLine('ssh-rsa AAAA/+bb== b')], { env: { ...process.env, HOME: folder } })
  const left = await readFile(file, 'utf8')
  await rm(folder, { recursive: true })
  expect(left).toBe(`${others.join('\n')}\n`)
})

test('why a key belongs on a device is a sentence', () => {
  const of = { id: 'c', name: 'Ann', email: null }
  expect(reasonWords({ kind: 'owner', of })).toBe('Ann, owner')
  expect(reasonWords({ kind: 'project', of: { ...of, name: 'Web' } })).toBe('Key of the project Web')
})

test('a key that was pushed and is not there is more than one that never was', () => {
  expect(presence({ onDevice: 'unknown', pushedAt: 5 })).toBeNull()
  expect(presence({ onDevice: 'not-there', pushedAt: null })).toMatchObject({
    word: 'Not there',
    tone: 'plain',
  })
  expect(presence({ onDevice: 'not-there', pushedAt: 5 })).toMatchObject({ word: 'Gone', tone: 'danger' })
})

const provisioning: Provisioning = {
  id: 'x',
  state: 'waiting',
  hostname: 'web-1',
  createdAt: 0,
  createdBy: 'ann@example.org',
  expiresAt: 3_600_000,
  fetchedAt: null,
  fetchedFrom: null,
  endedAt: null,
}

test('a provisioning says what it waits for', () => {
  expect(provisioningWords(provisioning, 0).about).toContain('good for 1 h more')
  const fetched = { ...provisioning, state: 'fetched' as const, fetchedFrom: '192.0.2.7' }
  expect(provisioningWords(fetched, 0)).toMatchObject({
    word: 'Booting',
    about: expect.stringContaining('192.0.2.7'),
  })
  for (const state of ['provisioned', 'expired', 'revoked'] as const)
    expect(provisioningWords({ ...provisioning, state }, 0).about).toContain('address is dead')
})
