import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Job } from '../../server/contract/jobs.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { type GettyPort, startGettyPort } from '../lab/getty-port.ts'
import { processList } from '../lab/process-list.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { type TestViewer, view } from './viewer.ts'

let gateway: TestGateway
let projectId: string
beforeEach(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
})
afterEach(() => gateway.close())

async function demoBox(): Promise<{ device: string; ann: TestViewer }> {
  const transport = { kind: 'demo', scene: 'box' }
  const { body } = await gateway.admin.call('POST', '/api/devices', { projectId, name: 'box', transport })
  const ann = await view(gateway.admin.socket(body.id))
  await ann.sees('login: ')
  return { device: `/api/devices/${body.id}`, ann }
}

const check = (device: string, password: string, user = 'root') =>
  gateway.admin.call('POST', `${device}/login-checks`, { user, password })

const ended = (device: string): Promise<Job> =>
  vi.waitFor(
    async () => {
      const { body } = await gateway.admin.call('GET', `${device}/job`)
      if (body?.state === 'running') throw new Error(body.message)
      return body
    },
    { timeout: 60_000, interval: 50 },
  )

test('the demo box is logged in to and out of, and everybody attached sees who does it', async () => {
  const { device, ann } = await demoBox()
  expect((await check(device, 'lifeline')).body).toMatchObject({ kind: 'login-check', state: 'running' })
  await ann.told('viewers', ({ viewers }) => viewers.some(({ name }) => name.endsWith('(login-check)')))
  expect(await ended(device)).toMatchObject({
    state: 'done',
    message: 'The password of root opens the console. Logged out: the login prompt is back.',
  })
  await ann.told('job', ({ job }) => job.state === 'done')
  const [entry] = (await gateway.admin.call('GET', '/api/audit?action=console.login-checked')).body
  expect(entry).toMatchObject({
    target: 'box',
    detail: { user: 'root', state: 'done', cause: null, left: 'login-prompt' },
  })
  ann.kill()
})

test('the root password that is kept is used, shown to nobody, and the audit says so', async () => {
  const { device, ann } = await demoBox()
  await gateway.admin.call('PUT', `${device}/root-password`, { password: 'lifeline' })
  const body = { password: { from: 'vault' } }
  const begun = await gateway.admin.call('POST', `${device}/login-checks`, body)
  expect(begun.text).not.toContain('lifeline')
  expect(await ended(device)).toMatchObject({ state: 'done' })
  const [entry] = (await gateway.admin.call('GET', '/api/audit?action=vault.used')).body
  expect(entry).toMatchObject({ target: 'box', detail: { for: 'login check' } })
  const other = await gateway.admin.call('POST', `${device}/login-checks`, { ...body, user: 'ann' })
  expect(other).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('of root') } },
  })
  ann.kill()
})

test('a wrong password is said to be wrong', async () => {
  const { device, ann } = await demoBox()
  await check(device, 'not this one')
  expect(await ended(device)).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('refused the password'),
  })
  ann.kill()
})

test('a session that is open is not touched', async () => {
  const { device, ann } = await demoBox()
  ann.type('root\r')
  await ann.sees('Password: ')
  ann.type('lifeline\r')
  await ann.sees('# ')
  await check(device, 'lifeline')
  expect(await ended(device)).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('Somebody is logged in'),
  })
  ann.type('echo still""here\r')
  await ann.sees('stillhere')
  ann.kill()
})

test('it can be stopped, and says how the console was left', async () => {
  const { device, ann } = await demoBox()
  await check(device, 'not this one')
  await ann.sees('Password: ')
  await gateway.admin.call('DELETE', `${device}/job`)
  expect(await ended(device)).toMatchObject({
    state: 'cancelled',
    message: expect.stringContaining('stopped it. Logged out'),
  })
  ann.kill()
})

test.each([
  ['no password', { password: '' }],
  ['keys in it', { password: 'a\rreboot' }],
  ['a user who is an option', { user: '-f', password: 'x' }],
])('%s is refused', async (_, body) => {
  const { device, ann } = await demoBox()
  expect((await gateway.admin.call('POST', `${device}/login-checks`, body)).status).toBe(400)
  ann.kill()
})

const needs = gettyNeeds()

describe.skipIf(needs !== undefined)(
  needs === undefined ? 'a real login' : `a real login (needs ${needs})`,
  () => {
    const password = 'Tr0ub4dor & 3'
    let far: GettyPort
    beforeEach(async () => {
      far = await startGettyPort({ password })
    })
    afterEach(() => far.close())

    test('the password is in no history, log, audit, answer, and in nobody’s arguments', async () => {
      const { id } = await gateway.tcpDevice(projectId, 'box', far.port)
      const device = `/api/devices/${id}`
      const ann = await view(gateway.admin.socket(id))
      ann.type('\r')
      await ann.sees('login: ')
      const answers = [(await check(device, password)).text]
      const arguments_: string[] = []
      const job = await vi.waitFor(
        async () => {
          arguments_.push(processList())
          const { body, text } = await gateway.admin.call('GET', `${device}/job`)
          answers.push(text)
          if (body.state === 'running') throw new Error(body.message)
          return body as Job
        },
        { timeout: 60_000, interval: 100 },
      )
      expect(job).toMatchObject({ state: 'done' })
      answers.push((await gateway.admin.call('GET', '/api/audit')).text)
      const said = [...answers, ...arguments_, gateway.logged(), ann.bytes().toString('latin1')]
      ann.kill()
      expect(said.filter((text) => text.includes(password))).toEqual([])
      for (const file of await readdir(gateway.folder, { recursive: true, withFileTypes: true })) {
        if (!file.isFile()) continue
        expect([file.name, (await readFile(join(file.parentPath, file.name))).includes(password)]).toEqual([
          file.name,
          false,
        ])
      }
    })
  },
)
