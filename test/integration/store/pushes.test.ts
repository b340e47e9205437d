import { afterEach, beforeEach, expect, test } from 'vitest'
import { noResult } from '../../../server/inject/push-run.ts'
import type { Store } from '../../../server/store/database.ts'
import { pushRepository } from '../../../server/store/pushes.ts'
import { DataFolder } from './data-folder.ts'

let folder: DataFolder
let store: Store
beforeEach(async () => {
  folder = await DataFolder.make()
  store = await folder.open()
})
afterEach(async () => {
  await store.destroy()
  await folder.remove()
})

const push = (id: string, createdAt: number) => ({
  id,
  userId: 'usr_ann',
  userName: 'ann',
  request: '{}',
  retryOf: null,
  createdAt,
  endedAt: createdAt,
  idempotencyKey: null,
})
const device = (pushId: string, deviceId: string, projectId: string) => ({
  ...{ pushId, deviceId, projectId, name: deviceId, state: 'done', message: '' },
  ...{ startedAt: null, endedAt: null, result: JSON.stringify(noResult) },
})

test('a page has as many pushes as it may, whatever lies between them that is not to be seen', async () => {
  const pushes = pushRepository(store)
  for (let at = 0; at < 12; at += 1) {
    const project = at % 3 === 0 ? 'ours' : 'theirs'
    await pushes.add(push(`psh_${at}`, at), [device(`psh_${at}`, `dev_${project}`, project)])
  }
  await pushes.add(push('psh_both', 5), [
    device('psh_both', 'dev_ours', 'ours'),
    device('psh_both', 'dev_theirs', 'theirs'),
  ])
  const ids = async (filter: object) => (await pushes.list({ limit: 3, ...filter })).map(({ id }) => id)
  expect(await ids({})).toEqual(['psh_11', 'psh_10', 'psh_9'])
  expect(await ids({ projectIds: ['ours'] })).toEqual(['psh_9', 'psh_6', 'psh_both'])
  expect(await ids({ projectIds: ['ours'], before: 5 })).toEqual(['psh_3', 'psh_0'])
  expect(await ids({ projectIds: [] })).toEqual([])
  expect(await ids({ deviceId: 'dev_ours', projectIds: ['ours'], limit: 9 })).toHaveLength(5)
  // That somebody's push was to a device, only who sees that device is told.
  expect(await ids({ deviceId: 'dev_theirs', projectIds: ['ours'] })).toEqual([])
})
