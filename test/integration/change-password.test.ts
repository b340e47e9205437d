import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Job } from '../../server/contract/jobs.ts'
import { FakeClock } from '../fakes/clock.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { type GettyPort, startGettyPort } from '../lab/getty-port.ts'
import { processList } from '../lab/process-list.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { view } from './viewer.ts'

let gateway: TestGateway
let projectId: string
beforeEach(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
})
afterEach(() => gateway.close())

const change = (device: string, body: object) =>
  gateway.admin.call('POST', `${device}/root-password/change`, body)

const ended = (device: string, look = () => undefined): Promise<Job> =>
  vi.waitFor(
    async () => {
      look()
      const { body } = await gateway.admin.call('GET', `${device}/job`)
      if (body?.state === 'running') throw new Error(body.message)
      return body
    },
    { timeout: 60_000, interval: 50 },
  )

const kept = async (device: string) => (await gateway.admin.call('GET', `${device}/root-password`)).body

const revealed = async (device: string): Promise<string> =>
  (await gateway.admin.call('POST', `${device}/root-password/reveal`, { reason: 'test' })).body.password

test('a demo device’s shell is the gateway’s own machine: its password is not touched', async () => {
  const transport = { kind: 'demo', scene: 'box' }
  const { body } = await gateway.admin.call('POST', '/api/devices', { projectId, name: 'box', transport })
  const refused = await change(`/api/devices/${body.id}`, {
    current: { from: 'given', password: 'lifeline' },
  })
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('the gateway') } },
  })
})

test('whoever types in a session and does not answer has not agreed', async () => {
  const clock = new FakeClock()
  const gateway = await startGateway({}, clock)
  const line = createServer((socket) => socket.on('error', () => socket.destroy()).resume())
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
  try {
    const projectId = await gateway.project('fleet')
    const { id } = await gateway.tcpDevice(projectId, 'box', (line.address() as AddressInfo).port)
    const device = `/api/devices/${id}`
    const online = async () => (await gateway.admin.call('GET', device)).body.console.line.state
    await expect.poll(online, { timeout: 60_000 }).toBe('online')
    const ben = await gateway.person('ben', { projectId, role: 'collaborator' })
    const his = await view(ben.socket(id))
    const order = { current: { from: 'session' } }
    expect((await gateway.admin.call('POST', `${device}/root-password/change`, order)).status).toBe(200)
    await his.told('lock', ({ event }) => event === 'asked')
    const refusals = () => his.messages.filter(({ type }) => type === 'error').length
    for (const beats of [1, 2, 3]) {
      const pinged = once(his.socket, 'ping')
      clock.advance(10_000)
      await pinged
      // What comes back behind it tells that the gateway knows of his being there.
      his.socket.send('no JSON')
      await expect.poll(refusals, { timeout: 60_000 }).toBe(beats)
    }
    const job = async () => (await gateway.admin.call('GET', `${device}/job`)).body
    await expect.poll(job, { timeout: 60_000 }).toMatchObject({
      state: 'cancelled',
      message: 'ben did not answer, so this session is left alone. Nothing was typed.',
    })
    const { writer, viewers } = (await gateway.admin.call('GET', device)).body.console
    expect(viewers).toMatchObject([{ id: writer, name: 'ben' }])
    his.kill()
  } finally {
    await gateway.close()
    await new Promise((resolve) => line.close(resolve))
  }
})

test.each([
  ['too short', 'seven77'],
  ['not of ASCII', 'pässwörter'],
  ['with every sign that the gateway may need', 'aaaa~^@%`?,+!{}'],
])('a new one that is %s is refused', async (_, next) => {
  const { id } = await gateway.tcpDevice(projectId, 'box', 9)
  const refused = await change(`/api/devices/${id}`, { current: { from: 'session' }, next })
  expect(refused).toMatchObject({ status: 400, body: { error: { mistakes: [{ path: ['next'] }] } } })
})

const needs = gettyNeeds()

describe.skipIf(needs !== undefined)(
  needs === undefined ? 'a real login' : `a real login (needs ${needs})`,
  () => {
    const old = 'Tr0ub4dor & 3'
    let far: GettyPort
    let device: string
    beforeEach(async () => {
      far = await startGettyPort({ password: old })
      const { id } = await gateway.tcpDevice(projectId, 'box', far.port)
      device = `/api/devices/${id}`
      const ann = await view(gateway.admin.socket(id))
      ann.type('\r')
      await ann.sees('login: ')
      ann.kill()
    })
    afterEach(() => far.close())

    test('a generated one is set, proved by a login, kept, and opens the console from then on', async () => {
      const listed: string[] = []
      const look = () => {
        listed.push(processList())
        return undefined
      }
      await change(device, { current: { from: 'given', password: old } })
      expect(await ended(device, look)).toMatchObject({
        kind: 'set-password',
        state: 'done',
        message: expect.stringContaining('The new root password opens the console, and is kept here.'),
      })
      expect(await kept(device)).toMatchObject({ state: 'kept', source: 'change' })
      const next = await revealed(device)
      expect(next).toMatch(/^[a-z]{24}$/)
      expect([...listed, gateway.logged()].filter((text) => text.includes(next))).toEqual([])
      const [entry] = (await gateway.admin.call('GET', '/api/audit?action=console.root-password-changed'))
        .body
      expect(entry).toMatchObject({ target: 'box', detail: { user: 'root', state: 'done', changed: 'yes' } })

      await change(device, { current: { from: 'vault' }, next: `it's "$HOME" \`id\` \\ #!` })
      expect(await ended(device)).toMatchObject({ state: 'done' })
      expect(await revealed(device)).toBe(`it's "$HOME" \`id\` \\ #!`)
      const [used] = (await gateway.admin.call('GET', '/api/audit?action=vault.used')).body
      expect(used).toMatchObject({ target: 'box', detail: { for: 'a new root password over the console' } })
    })

    test('a wrong password changes nothing and keeps nothing', async () => {
      await change(device, { current: { from: 'given', password: 'not this one' } })
      expect(await ended(device)).toMatchObject({
        state: 'failed',
        message: expect.stringMatching(/refused the password.*The root password is as it was\./),
      })
      expect(await kept(device)).toMatchObject({ state: 'none' })
    })

    test('a console that asks nobody for a password proves none', async () => {
      far.machine.sh(`sed -i '1i auth sufficient pam_permit.so' /etc/pam.d/login`)
      await change(device, { current: { from: 'given', password: old } })
      expect(await ended(device)).toMatchObject({
        state: 'failed',
        message: expect.stringMatching(/could not be proved: .* lets root in without asking for a password/),
      })
      expect(await kept(device)).toMatchObject({ state: 'kept' })
    })

    test('whoever types in root’s session is asked: a refusal leaves it alone, a yes has it used and left open', async () => {
      const ben = await gateway.person('ben', { projectId, role: 'collaborator' })
      const his = await view(ben.socket(device.replace('/api/devices/', '')))
      his.type('root\r')
      await his.sees('Password: ')
      his.type(`${old}\r`)
      await his.sees('# ')
      const asked = () => his.told('lock', ({ event }) => event === 'asked')
      expect(await change(device, { current: { from: 'session' } })).toMatchObject({
        status: 200,
        body: { state: 'running', message: expect.stringMatching(/^ben types here, and is asked/) },
      })
      await asked()
      his.send({ type: 'decline' })
      expect(await ended(device)).toMatchObject({
        state: 'cancelled',
        message: 'ben did not agree that this session is used. Nothing was typed.',
      })
      expect(await kept(device)).toMatchObject({ state: 'none' })

      his.messages.length = 0
      await change(device, { current: { from: 'session' } })
      await asked()
      his.send({ type: 'grant' })
      expect(await ended(device)).toMatchObject({
        state: 'done',
        message: expect.stringContaining('The device took the new root password, and it is kept here.'),
      })
      his.type('echo still""here\r')
      await his.sees('stillhere')
      his.kill()
    })

    test('root’s open session needs no password, and stays open', async () => {
      const ann = await view(gateway.admin.socket(device.replace('/api/devices/', '')))
      ann.type('root\r')
      await ann.sees('Password: ')
      ann.type(`${old}\r`)
      await ann.sees('# ')
      await change(device, { current: { from: 'session' }, next: 'aXe7-kept for a day' })
      expect(await ended(device)).toMatchObject({
        state: 'done',
        message: expect.stringContaining('The device took the new root password, and it is kept here.'),
      })
      ann.type('echo still""here\r')
      await ann.sees('stillhere')
      ann.kill()
      expect(await revealed(device)).toBe('aXe7-kept for a day')
    })
  },
)
