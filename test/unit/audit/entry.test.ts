import { expect, test } from 'vitest'
import { type Act, entryOf, gatewayItself, rowOf } from '../../../server/audit/entry.ts'
import { Secret } from '../../../server/base/secret.ts'
import type { AuditRow } from '../../../server/store/audit.ts'

const act: Act = { action: 'device.changed', by: gatewayItself, target: 'web1' }
const inChain = (row: ReturnType<typeof rowOf>): AuditRow => ({ ...row, seq: 1, previous: '', hash: 'h' })

test('an act becomes an entry with what was said, and nothing made up', () => {
  const detail = { name: 'web0 -> web1', count: 2, forced: true, reason: null }
  expect(entryOf(inChain(rowOf({ ...act, detail }, 5)))).toEqual({
    seq: 1,
    at: 5,
    action: 'device.changed',
    actorId: null,
    actor: 'gateway',
    address: null,
    projectId: null,
    deviceId: null,
    target: 'web1',
    detail,
    hash: 'h',
  })
})

test('a Secret does not fit into the detail, and prints nothing where it is forced in', () => {
  const password = new Secret('hunter2')
  // @ts-expect-error: that the compiler refuses this is what is tested
  const forced: Act = { ...act, detail: { password } }
  expect(rowOf(forced, 0).detail).toBe('{"password":"[secret]"}')
})

test('long texts are cut, and there are at most 32 of them', () => {
  const detail = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`k${index}`, 'x'.repeat(9999)]),
  )
  const row = rowOf(
    { ...act, target: 'y'.repeat(9999), by: { ...gatewayItself, name: 'z'.repeat(9999) }, detail },
    0,
  )
  expect(row.target).toHaveLength(500)
  expect(row.actor).toHaveLength(500)
  const kept = Object.values(entryOf(inChain(row)).detail)
  expect(kept).toHaveLength(32)
  expect(kept.every((text) => typeof text === 'string' && text.length === 500 && text.endsWith('…'))).toBe(
    true,
  )
})

test('half a surrogate pair is replaced before it is hashed, as the database will replace it', () => {
  const row = rowOf({ ...act, target: 'a\ud800b', detail: { reason: `${'x'.repeat(498)}😀😀` } }, 0)
  expect(row.target).toBe('a\ufffdb')
  expect(row.detail).toBe(row.detail.toWellFormed())
})

test('an entry that somebody meddled with is shown as that', () => {
  for (const meddled of [{ action: 'nonsense' }, { detail: 'not JSON' }, { detail: '{"a":{}}' }]) {
    expect(entryOf({ ...inChain(rowOf(act, 0)), ...meddled }).action).toBe('audit.broken')
  }
})
