import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AuditEntry } from '../../server/contract/audit.ts'
import type { LoginState } from '../../server/contract/login.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'
import { type TestViewer, view } from './viewer.ts'

let gateway: TestGateway
let ann: Person
let id: string
let viewer: TestViewer
beforeEach(async () => {
  gateway = await startGateway()
  const projectId = await gateway.project('fleet')
  const transport = { kind: 'demo', scene: 'box' }
  id = (await gateway.admin.call('POST', '/api/devices', { projectId, name: 'box', transport })).body.id
  ann = await gateway.person('ann', { projectId, role: 'owner' })
  viewer = await view(ann.socket(id))
})
afterEach(async () => {
  viewer.kill()
  await gateway.close()
})

async function logIn(): Promise<void> {
  await viewer.sees('login: ')
  viewer.type('root\r')
  await viewer.sees('Password: ')
  viewer.type('lifeline\r')
  await viewer.told('login', ({ login }) => login.state === 'somebody')
}

/** Longer than the time for a page that is loaded anew. */
const patience = { timeout: 30_000, interval: 200 }

const settings = (logoutOnDetach: boolean) => ({
  settings: { logoutOnDetach, writerIdleMinutes: 10, size: { rows: 33, cols: 111 } },
})
const login = async (): Promise<LoginState> =>
  (await gateway.admin.call('GET', `/api/devices/${id}`)).body.console.login
const audited = async (action: string): Promise<AuditEntry[]> =>
  (await gateway.admin.call('GET', `/api/audit?deviceId=${id}&action=${action}`)).body

test('a login on the line is told to viewers, newcomers and the list, and audited with who typed', async () => {
  await logIn()
  const bob = await view(gateway.admin.socket(id, '?watch=1'))
  const { login: told } = await bob.told('attached')
  expect(told).toMatchObject({ state: 'somebody', openedBy: { id: ann.id, name: 'ann' } })
  expect(await login()).toEqual(told)
  viewer.type('exit\r')
  await bob.told('login', ({ login }) => login.state === 'nobody')
  expect(await login()).toMatchObject({ state: 'nobody' })
  await vi.waitFor(async () => {
    expect(await audited('console.login')).toMatchObject([{ actor: 'ann@example.org' }])
    expect(await audited('console.logout')).toMatchObject([{ detail: { how: 'seen', done: true } }])
  })
  await bob.close()
})

test('the shell is told the console’s size, and only a shell', async () => {
  await gateway.admin.call('PATCH', `/api/devices/${id}`, settings(false))
  viewer.send({ type: 'set-size' })
  const { code, message } = await viewer.told('error')
  expect(code).toBe('no-prompt')
  expect(message).toContain('The login prompt is there')
  await logIn()
  viewer.send({ type: 'set-size' })
  await viewer.sees('stty rows 33 cols 111')
  viewer.type('stty size\r')
  await viewer.sees('33 111')
  expect(await audited('console.size-set')).toMatchObject([{ detail: { rows: 33, cols: 111 } }])
})

test('who has not the lock, or may only watch, has nothing typed', async () => {
  await logIn()
  const other = await view(gateway.admin.socket(id))
  other.send({ type: 'log-out' })
  expect(await other.told('error')).toMatchObject({ code: 'not-writer' })
  await other.close()
  expect(await login()).toMatchObject({ state: 'somebody' })
})

test('asked to, the gateway logs out of every shell', async () => {
  await logIn()
  viewer.type('sh\r')
  await viewer.sees('sh')
  viewer.send({ type: 'log-out' })
  await vi.waitFor(async () => {
    expect(await audited('console.logout')).toMatchObject([{ detail: { how: 'asked', done: true } }])
  }, patience)
  expect(await login()).toMatchObject({ state: 'nobody' })
})

test('when the last who may write has left, the gateway logs out, and says where it cannot', async () => {
  await gateway.admin.call('PATCH', `/api/devices/${id}`, settings(true))
  await logIn()
  viewer.type('cat\r')
  await viewer.sees('cat')
  await viewer.close()
  await vi.waitFor(async () => {
    expect(await login()).toMatchObject({
      state: 'somebody',
      keptOpen: expect.stringContaining('a program may be running'),
    })
  }, patience)
  viewer = await view(ann.socket(id))
  await viewer.told('attached')
  viewer.type('\x03')
  await viewer.sees('# ')
  await viewer.close()
  await vi.waitFor(async () => {
    const outcomes = (await audited('console.logout')).map(({ detail }) => `${detail.how} ${detail.done}`)
    expect(outcomes).toEqual(['on-detach true', 'on-detach false'])
  }, patience)
  expect(await login()).toMatchObject({ state: 'nobody' })
}, 70_000)

test('a shell that is left open where nothing logs out is audited with who left it', async () => {
  await logIn()
  await viewer.close()
  await vi.waitFor(async () => {
    expect(await audited('console.logout')).toMatchObject([
      { actor: 'ann@example.org', detail: { how: 'left-open', done: false } },
    ])
  })
})
