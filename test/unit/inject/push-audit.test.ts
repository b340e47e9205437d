import { expect, test } from 'vitest'
import { rowOf } from '../../../server/audit/entry.ts'
import type { PushedKey } from '../../../server/contract/pushes.ts'
import { deviceEnded } from '../../../server/inject/push-audit.ts'
import type { PushOrder } from '../../../server/inject/push-order.ts'
import { noResult } from '../../../server/inject/push-run.ts'

const sha256 = (name: string) => `SHA256:${name.padEnd(43, 'A')}`
const keyOf = (name: string): PushedKey => ({
  ...{ sha256: sha256(name), type: 'ssh-ed25519', comment: '', line: null, note: null, newLine: null },
  ...{ result: 'added', proof: 'accepted', reasons: [] },
})
const order: PushOrder = {
  ...{ act: 'add', dryRun: false, devices: ['dev_1'], projects: [], withOptions: false, allowLast: false },
  ...{ account: 'root', login: 'root', way: 'ssh', port: 22, session: 'refuse', password: 'given' },
  ...{ keepPassword: false, hostKeys: { dev_1: sha256('host') } },
}

test('the entry of a push has room for everything that it tells, also of many keys', () => {
  const result = {
    ...noResult,
    ...{ hostKey: sha256('host'), loginKey: sha256('login'), found: [] },
    cause: { code: 'host-key-changed' as const, message: '', offered: sha256('other') },
    keys: Array.from({ length: 30 }, (_, at) => keyOf(`${at}`)),
  }
  const device = {
    ...{ deviceId: 'dev_1', projectId: 'prj_1', name: 'web7', state: 'done' as const, message: '30 added.' },
    ...{ startedAt: 1, endedAt: 2, revision: 3, result },
  }
  const push = {
    ...{ id: 'psh_1', userId: 'usr_1', userName: 'Ann', retryOf: null, createdAt: 1, endedAt: 2 },
    idempotencyKey: null,
  }
  const by = { id: 'usr_1', name: 'ann@example.org', address: null }
  const act = deviceEnded({ push, order, devices: [device], agent: null, revision: 3 }, device, by)
  expect(JSON.parse(rowOf(act, 5).detail)).toEqual(act.detail)
  expect(act.detail).toMatchObject({
    ...{ hostKey: sha256('host'), hostKeyOffered: sha256('other'), loginKey: sha256('login') },
    [sha256('0')]: 'added, accepted',
  })
  const { more } = act.detail ?? {}
  const named = Object.values(act.detail ?? {}).filter((value) => value === 'added, accepted')
  expect(named.length + Number(more)).toBe(30)
})
