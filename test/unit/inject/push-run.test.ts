import { expect, test } from 'vitest'
import { noResult, stateOf } from '../../../server/inject/push-run.ts'

/** As versions before kept them: without what was not told then. */
const key = { sha256: 'SHA256:a', type: 'ssh-ed25519', comment: '', result: 'added', line: null, note: null }
const wrote = { path: '/root/.ssh/authorized_keys', before: 0, after: 81, tightened: [] }
const row = (result: object) => ({
  ...{ pushId: 'psh_1', deviceId: 'dev_1', projectId: 'prj_1', name: 'web7', state: 'done', message: '' },
  ...{ startedAt: 1, endedAt: 2, result: JSON.stringify(result) },
})
const push = {
  ...{ id: 'psh_1', userId: 'usr_1', userName: 'Ann', retryOf: null, createdAt: 1, endedAt: 2 },
  ...{ idempotencyKey: null, request: '{}' },
}
const resultOf = (kept: object) => stateOf(push, [row(kept)]).devices[0]?.result

test('what was kept before there was something has none of it', () => {
  expect(resultOf({ keys: [key], wrote })).toEqual({
    ...noResult,
    keys: [{ ...key, newLine: null }],
    wrote: { ...wrote, sumBefore: null, sumAfter: null },
  })
})

test('what was kept with it has it', () => {
  const whole = {
    keys: [{ ...key, newLine: 3 }],
    wrote: { ...wrote, sumBefore: 'cksum 1', sumAfter: 'cksum 2' },
  }
  expect(resultOf(whole)).toMatchObject(whole)
})
