import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { genesis, hashOf, openHead, sealHead } from '../../../server/audit/chain.ts'
import type { AuditRow } from '../../../server/store/audit.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const row: AuditRow = {
  seq: 7,
  at: 1_900_000_000_000,
  action: 'device.changed',
  actorId: 'usr_a',
  actor: 'ann@example.org',
  address: '192.0.2.1',
  projectId: 'prj_a',
  deviceId: 'dev_a',
  target: 'web1',
  detail: '{"name":"web0 -> web1"}',
  previous: genesis.hash,
  hash: '',
}
const fields = Object.keys(row).filter((field) => field !== 'hash') as (keyof AuditRow)[]

test.each(fields)('the hash covers %s', (field) => {
  const value = row[field]
  const other = typeof value === 'number' ? value + 1 : `${value}x`
  expect(hashOf({ ...row, [field]: other })).not.toBe(hashOf(row))
})

test.each(['actorId', 'address', 'projectId', 'deviceId', 'target'] as const)(
  'no %s is something else than an empty one or the word null',
  (field) => {
    const hashes = [null, '', 'null'].map((value) => hashOf({ ...row, [field]: value }))
    expect(new Set(hashes).size).toBe(3)
  },
)

test('text cannot be shifted from one field to the next', () => {
  expect(hashOf({ ...row, actor: 'a', address: 'b' })).not.toBe(
    hashOf({ ...row, actor: 'a","b', address: '' }),
  )
})

test('a sealed head opens under its key and under no other', () => {
  const head = { seq: 7, hash: 'ab' }
  expect(openHead(sealHead(head, key), key)).toEqual(head)
  expect(openHead(sealHead(head, key), createSecretKey(Buffer.alloc(32, 2)))).toBeUndefined()
})

test('a head cannot be made from another one', () => {
  const sealed: object = JSON.parse(sealHead({ seq: 7, hash: 'ab' }, key))
  for (const change of [
    { seq: 6 },
    { seq: '7' },
    { hash: 'ac' },
    { mac: '' },
    { mac: 7 },
    { mac: '00'.repeat(32) },
  ]) {
    expect(openHead(JSON.stringify({ ...sealed, ...change }), key), JSON.stringify(change)).toBeUndefined()
  }
})

test('whatever stands in place of a head is no head, and no failure', () => {
  const texts = fc.oneof(fc.string(), fc.json())
  fc.assert(
    fc.property(texts, (text) => {
      expect(openHead(text, key)).toBeUndefined()
    }),
  )
})
