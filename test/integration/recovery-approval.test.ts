import { existsSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Recovery } from '../../server/contract/recovery.ts'
import { FakeClock } from '../fakes/clock.ts'
import { type Person, request, signIn, startGateway, type TestGateway } from './gateway.ts'
import { view } from './viewer.ts'

const hour = 3600_000
/** Only what hangs comes near it. */
const soon = (look: () => unknown) => vi.waitFor(look, { timeout: 60_000 })

let gateway: TestGateway
let clock: FakeClock
let line: Server
let projectId: string
let device: string
let ann: Person
let ben: Person
let cleo: Person
let stranger: Person

beforeEach(async () => {
  clock = new FakeClock()
  gateway = await startGateway({}, clock)
  line = createServer((socket) => {
    socket.on('error', () => socket.destroy()).resume()
    line.on('print', (text) => socket.write(text))
  })
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
  projectId = await gateway.project('fleet')
  const { id } = await gateway.tcpDevice(projectId, 'web-1', (line.address() as AddressInfo).port)
  device = `/api/devices/${id}`
  const note = (step: string) => ['sh', '-c', `echo ${step} >>${gateway.folder}/power`]
  const steps = Object.fromEntries(['on', 'off', 'cycle', 'reset'].map((step) => [step, note(step)]))
  const control = { kind: 'command', status: ['echo', 'on'], steps }
  expect((await gateway.admin.call('PUT', `${device}/power/control`, { control })).status).toBe(200)
  ann = await gateway.person('ann', { projectId, role: 'owner' })
  ben = await gateway.person('ben', { projectId, role: 'owner' })
  cleo = await gateway.person('cleo', { projectId, role: 'collaborator' })
  stranger = await gateway.person('stranger', { projectId: await gateway.project('else'), role: 'owner' })
  await gateway.admin.call('DELETE', `/api/projects/${projectId}/members/${gateway.admin.id}`)
  await demandApproval(true)
  await soon(async () => {
    expect((await gateway.admin.call('GET', device)).body.console.line.state).toBe('online')
  })
})
afterEach(async () => {
  await gateway.close()
  await new Promise((resolve) => line.close(resolve))
})

const demandApproval = (recoveryApproval: boolean) =>
  ann.call('PATCH', `/api/projects/${projectId}`, { name: 'fleet', recoveryApproval })

const order = (by: Person, more = {}) => by.call('POST', `${device}/recovery`, { confirm: 'web-1', ...more })

const look = async (by = ann): Promise<Recovery> => (await by.call('GET', `${device}/recovery`)).body

const answer = async (by: Person, verdict: string, more = {}) => {
  const { id: recovery } = await look()
  return by.call('POST', `${device}/recovery/approval`, { recovery, verdict, confirm: 'web-1', ...more })
}

const switched = () =>
  existsSync(join(gateway.folder, 'power')) ? readFileSync(join(gateway.folder, 'power'), 'utf8') : ''

const audited = async (action: string) =>
  (await gateway.admin.call('GET', `/api/audit?action=${action}`)).body

/** What is not begun has left no job, no writer, and the power as it was. */
async function nothingTouched() {
  expect((await ann.call('GET', `${device}/job`)).body).toBeNull()
  expect((await ann.call('GET', device)).body.console).toMatchObject({ writer: null })
  expect(switched()).toBe('')
}

describe('a recovery where the project demands a second person', () => {
  test('waits, touches nothing, and begins in the name of who ordered it when another owner approves', async () => {
    const asked = await order(ann, { rehearsal: true })
    expect(asked).toMatchObject({
      status: 200,
      body: {
        state: 'waiting',
        by: 'ann',
        jobId: null,
        rehearsal: true,
        approval: { until: clock.now() + hour, by: null },
        approvers: ['ben'],
        may: { approve: false, withdraw: true },
      },
    })
    await nothingTouched()
    expect((await look(ben)).may).toEqual({ approve: true, withdraw: true })
    expect((await look(cleo)).may).toEqual({ approve: false, withdraw: false })

    const approved = await answer(ben, 'approve', { reason: 'ticket 4711' })
    expect(approved).toMatchObject({
      status: 200,
      body: { state: 'running', by: 'ann', approval: { by: 'ben', reason: 'ticket 4711' }, approvers: [] },
    })
    await soon(() => expect(switched()).toBe('cycle\n'))
    const { body: job } = await ann.call('GET', `${device}/job`)
    expect(job).toMatchObject({ id: approved.body.jobId, kind: 'recovery', userId: ann.id })
    expect(await audited('recovery.ordered')).toMatchObject([{ actorId: ann.id, detail: { waits: true } }])
    expect(await audited('recovery.approved')).toMatchObject([
      { actorId: ben.id, target: 'web-1', detail: { orderedBy: ann.email, reason: 'ticket 4711' } },
    ])
    expect(await audited('power.ordered')).toMatchObject([{ actorId: ann.id }])
    await ann.call('DELETE', `${device}/job`)
    await soon(async () =>
      expect(await audited('recovery.ended')).toMatchObject([
        { actorId: ann.id, detail: { state: 'cancelled', approvedBy: ben.email } },
      ]),
    )
  })

  test('is not approved by who ordered it, by a token of theirs, by who may not recover, or by a stranger', async () => {
    const { body } = await ann.call('POST', '/api/tokens', { name: 'mine', expiresInDays: 1 })
    await order(ann)
    for (const verdict of ['approve', 'refuse'] as const) {
      expect((await answer(ann, verdict)).body.error.message).toMatch(/^You ordered this recovery yourself/)
      const { id: recovery } = await look()
      const byToken = await request(gateway.url, {
        method: 'POST',
        path: `${device}/recovery/approval`,
        body: { recovery, verdict, confirm: 'web-1' },
        headers: { Authorization: `Bearer ${body.secret}` },
      })
      expect([byToken.status, byToken.body.error.code]).toEqual([403, 'forbidden'])
      expect((await answer(cleo, verdict)).status).toBe(403)
      expect((await answer(stranger, verdict)).status).toBe(404)
    }
    expect((await cleo.call('DELETE', `${device}/recovery`)).status).toBe(403)
    expect((await stranger.call('DELETE', `${device}/recovery`)).status).toBe(404)
    expect((await look()).state).toBe('waiting')
    await nothingTouched()
  })

  test('is approved by an instance admin, who is a second person too', async () => {
    await order(ann)
    expect((await answer(gateway.admin, 'approve')).body).toMatchObject({ state: 'running' })
    expect(await audited('recovery.approved')).toMatchObject([{ detail: { asAdmin: true } }])
  })

  test('needs the name of the device, and the very recovery that was shown', async () => {
    await order(ann, { rehearsal: true })
    const unnamed = await answer(ben, 'approve', { confirm: 'web-2' })
    expect(unnamed).toMatchObject({ status: 400, body: { error: { mistakes: [{ path: ['confirm'] }] } } })
    const { id: shown } = await look()
    await ann.call('DELETE', `${device}/recovery`)
    await order(ann)
    expect((await answer(ben, 'approve', { recovery: shown })).status).toBe(409)
    expect((await look()).state).toBe('waiting')
    await nothingTouched()
  })

  test('is refused with a reason, which who ordered it reads', async () => {
    await order(ann)
    await answer(ben, 'refuse', { reason: 'the backup runs' })
    expect(await look()).toMatchObject({
      state: 'refused',
      message: 'ben refused it, and nothing was touched. Their reason: the backup runs',
      approval: { by: 'ben' },
    })
    expect((await answer(ben, 'approve')).status).toBe(409)
    expect(await audited('recovery.refused')).toMatchObject([
      { actorId: ben.id, detail: { orderedBy: ann.email, reason: 'the backup runs' } },
    ])
    await nothingTouched()
  })

  test('is withdrawn by who ordered it, or by another owner; one that waits is the only one', async () => {
    await order(ann)
    expect((await order(ben)).body.error).toMatchObject({ code: 'in-use' })
    await ann.call('DELETE', `${device}/recovery`)
    expect(await look()).toMatchObject({
      state: 'cancelled',
      message: 'ann withdrew it, and nothing was touched.',
    })
    expect((await ann.call('DELETE', `${device}/recovery`)).status).toBe(409)
    await order(ann)
    expect((await ben.call('DELETE', `${device}/recovery`)).body).toMatchObject({ state: 'cancelled' })
    expect(await audited('recovery.withdrawn')).toMatchObject([{ actorId: ben.id }, { actorId: ann.id }])
    await nothingTouched()
  })

  test('lapses after an hour, and cannot be approved then', async () => {
    await order(ann)
    clock.advance(hour - 1)
    expect((await look()).state).toBe('waiting')
    clock.advance(1)
    expect(await look()).toMatchObject({ state: 'lapsed', endedAt: clock.now() })
    expect((await answer(ben, 'approve')).status).toBe(409)
    expect(await audited('recovery.lapsed')).toMatchObject([
      { actor: 'gateway', detail: { orderedBy: ann.email, because: 'time' } },
    ])
    await nothingTouched()
  })

  test('begins once when it is approved twice at once', async () => {
    await order(ann)
    const answers = await Promise.all([answer(ben, 'approve'), answer(gateway.admin, 'approve')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    await soon(() => expect(switched()).toBe('cycle\n'))
    expect(await audited('recovery.approved')).toHaveLength(1)
  })

  test.each([
    ['was made a collaborator', () => setRole(ann, 'collaborator')],
    ['has signed out', () => ann.call('DELETE', '/api/session')],
  ])('is not begun for somebody who %s since', async (_, happens) => {
    await order(ann)
    const { id: recovery } = await look(ben)
    await happens()
    const tried = { recovery, verdict: 'approve', confirm: 'web-1' }
    const refused = await ben.call('POST', `${device}/recovery/approval`, tried)
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      'ann, who ordered it, may not recover this device any more, or has signed out. Nothing was begun.',
    ])
    expect((await look(ben)).state).toBe('lapsed')
    expect((await ben.call('GET', `${device}/job`)).body).toBeNull()
    expect(switched()).toBe('')
  })

  test('waits on when it cannot begin: something else types', async () => {
    await order(ann)
    const paste = await cleo.call('POST', `${device}/pastes`, { text: 'ls' })
    expect(paste.status).toBe(200)
    expect((await answer(ben, 'approve')).body.error).toMatchObject({ code: 'in-use' })
    expect((await look()).state).toBe('waiting')
    expect(await audited('recovery.approved')).toEqual([])
    await cleo.call('DELETE', `${device}/job`)
    await soon(async () => expect((await answer(ben, 'approve')).status).toBe(200))
  })

  test('keeps waiting when the rule is switched off, and so does one that is ordered within a day', async () => {
    await order(ann)
    await demandApproval(false)
    expect((await answer(ann, 'approve')).status).toBe(403)
    await ann.call('DELETE', `${device}/recovery`)
    expect((await order(ann)).body).toMatchObject({ state: 'waiting' })
    await ann.call('DELETE', `${device}/recovery`)
    clock.advance(24 * hour)
    const again = await signIn(gateway.url, ann.email, ann.password)
    expect((await order(again)).body).toMatchObject({ state: 'running', approval: null })
  })
})

test('whoever loses the right while it goes on has it recovered no further, though they may still type', async () => {
  await order(ann, { restart: 'person' })
  await answer(ben, 'approve')
  await setRole(ann, 'collaborator')
  await soon(async () =>
    expect(await look()).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/^ann may not recover this device any more\. Nothing was changed/),
    }),
  )
})

test('whoever may take the lock by force takes over by hand: it says who did, why, and where it stood', async () => {
  await order(ann, { restart: 'person' })
  await answer(ben, 'approve')
  line.emit('print', '\r\nPress F2 for setup\r\n')
  const id = device.replace('/api/devices/', '')
  const watching = await view(ben.socket(id))
  await watching.sees('Press F2 for setup')
  const hers = await view(cleo.socket(id))
  hers.send({ type: 'force', reason: 'mine' })
  expect(await hers.told('error')).toMatchObject({ code: 'forbidden' })
  expect((await cleo.call('DELETE', `${device}/job`)).status).toBe(403)
  expect((await look()).state).toBe('running')
  watching.send({ type: 'force', reason: 'the disk makes a noise' })
  await soon(async () =>
    expect(await look()).toMatchObject({
      state: 'cancelled',
      message:
        'ben took the write lock by force: the disk makes a noise. Nothing was changed on its disk. The next plain restart starts the machine as it was.',
      steps: [{ step: 'restart', endedAt: clock.now() }],
      screen: expect.arrayContaining(['Press F2 for setup']),
    }),
  )
  expect(await audited('recovery.ended')).toMatchObject([
    { actorId: ann.id, detail: { state: 'cancelled', at: 'catching', changed: 'no' } },
  ])
  const { viewerId } = await watching.told('attached')
  expect((await ann.call('GET', device)).body.console.writer).toBe(viewerId)
  for (const viewer of [watching, hers]) await viewer.close()
})

test('SysRq over a line that carries no break restarts nothing, and says so', async () => {
  await order(ann, { restart: 'sysrq' })
  await answer(ben, 'approve')
  await soon(async () => {
    clock.advance(2000)
    expect(await look()).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/^This line cannot carry a break.*Nothing was changed/),
    })
  })
  expect(switched()).toBe('')
})

const setRole = (person: Person, role: string) =>
  gateway.admin.call('PUT', `/api/projects/${projectId}/members`, { email: person.email, role })
