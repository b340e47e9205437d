import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import type { AgentMessage } from '../../server/contract/agent/socket.ts'
import { closeCodes } from '../../server/contract/console.ts'
import type { Push, PushInput } from '../../server/contract/pushes.ts'
import { keyLine } from '../fakes/key-lines.ts'
import { accountsCanBeMade, type LabAccount, labAccount } from '../lab/account.ts'
import { type OwnedProcess, startProcess } from '../lab/process.ts'
import { type LabAgent, startAgent } from '../lab/ssh-agent.ts'
import { type KeyFile, makeKey } from '../lab/ssh-keys.ts'
import { type SshServer, startSshd } from '../lab/sshd.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
let projectId: string
let deviceId: string
beforeAll(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  await gateway.admin.call('POST', `/api/projects/${projectId}/keys`, { text: pushedLine })
  deviceId = (await gateway.tcpDevice(projectId, 'box', 9)).id
  await gateway.admin.call('PATCH', `/api/devices/${deviceId}`, { address: '127.0.0.1' })
})
afterAll(() => gateway.close())

const pushedLine = keyLine('ann@example.org')

const order = async (input: PushInput = {}, who: Person = gateway.admin): Promise<Push> =>
  (await who.call('POST', '/api/pushes', { devices: [deviceId], agent: true, ...input })).body
const ended = (id: string): Promise<Push> =>
  vi.waitFor(
    async () => {
      const { body } = await gateway.admin.call('GET', `/api/pushes/${id}`)
      if (body.endedAt === null) throw new Error(JSON.stringify(body.devices))
      return body
    },
    { timeout: 20_000, interval: 50 },
  )
const cancel = (id: string) => gateway.admin.call('DELETE', `/api/pushes/${id}`)

function dial(id: string, who: Person | undefined = gateway.admin): WebSocket {
  const headers = who && { Cookie: who.cookie, Origin: gateway.url }
  return new WebSocket(`${gateway.url.replace('http', 'ws')}/api/pushes/${id}/agent`, { headers })
}
/** Status of a refused upgrade. */
async function refused(socket: WebSocket): Promise<number> {
  const [request, response] = await once(socket, 'unexpected-response')
  request.destroy()
  return response.statusCode
}
/** What it was told last, and the code that it was closed with. */
async function end(socket: WebSocket): Promise<{ last: AgentMessage | undefined; code: number }> {
  let last: AgentMessage | undefined
  socket.on('message', (data: Buffer, binary) => {
    if (!binary) last = JSON.parse(data.toString())
  })
  const [code] = await once(socket, 'close')
  return { last, code }
}

describe('the socket of an agent', () => {
  test('is for who ordered a push that wants one, while it is not over', async () => {
    const colleague = await gateway.person('cora', { projectId, role: 'collaborator' })
    const watcher = await gateway.person('wim', { projectId, role: 'watcher' })
    const stranger = await gateway.person('sten')
    const push = await order()
    expect(push.agent).toMatchObject({ state: 'waiting', until: expect.any(Number), yours: true })
    expect(push.devices[0]).toMatchObject({ state: 'queued', message: expect.stringContaining('ssh agent') })
    const theirs = await colleague.call('GET', `/api/pushes/${push.id}`)
    expect(theirs.body.agent).toMatchObject({ state: 'waiting', yours: false })
    const who = [colleague, watcher, stranger]
    expect(await Promise.all(who.map((one) => refused(dial(push.id, one))))).toEqual([403, 403, 404])
    const headers = { Cookie: gateway.admin.cookie, Origin: 'https://elsewhere.example' }
    const address = `${gateway.url.replace('http', 'ws')}/api/pushes/${push.id}/agent`
    expect(await refused(new WebSocket(address, { headers }))).toBe(403)
    expect(await refused(new WebSocket(address, { headers: { Origin: gateway.url } }))).toBe(401)
    expect(await refused(dial('psh_aaaaaaaaaaaaaaaaaaaa'))).toBe(404)
    await cancel(push.id)
    expect((await ended(push.id)).devices[0]).toMatchObject({ state: 'cancelled' })
    expect(await refused(dial(push.id))).toBe(409)
    const { id } = await order({ agent: false, act: 'read', password: { from: 'nowhere' } })
    expect(await refused(dial(id))).toBe(400)
    await cancel(id)
  })

  test('a push over the console takes none, also when it is tried again', async () => {
    const refusal = await gateway.admin.call('POST', '/api/pushes', {
      devices: [deviceId],
      agent: true,
      way: 'console',
    })
    expect([refusal.status, refusal.body.error.mistakes]).toMatchObject([400, [{ path: ['agent'] }]])
    const { id } = await order({ agent: false, way: 'console' })
    await cancel(id)
    await ended(id)
    const again = await gateway.admin.call('POST', `/api/pushes/${id}/retry`, { agent: true })
    expect([again.status, again.body.error.message]).toEqual([400, expect.stringContaining('console')])
  })
})

describe.skipIf(!accountsCanBeMade())('a push with an ssh agent (needs root, for a real account)', () => {
  let folder: string
  let account: LabAccount
  let server: SshServer
  let key: KeyFile
  let token: string
  let agent: LabAgent
  let takeOut: () => Promise<void>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-push-agent-'))
    account = await labAccount('lifeline-agents')
    key = await makeKey({ path: join(folder, 'key'), type: 'ed25519' })
    server = await startSshd({ config: ['AuthorizedKeysFile .ssh/authorized_keys'] })
    token = (await gateway.admin.call('POST', '/api/tokens', { name: 'agent', expiresInDays: 1 })).body.secret
    // A clone without packages, as people have one where their agent is.
    for (const part of ['package.json', 'scripts/lifeline-agent', 'client/cli', 'server/contract']) {
      await cp(part, join(folder, 'clone', part), { recursive: true })
    }
    await writeFile(join(folder, 'token'), `${token}\n`, { mode: 0o600 })
  })
  afterAll(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })
  beforeEach(async () => {
    await rm(join(account.home, '.ssh'), { recursive: true, force: true })
    takeOut = await account.authorize(key.publicKey)
    agent = await startAgent()
    agent.add(key)
  })
  afterEach(async () => {
    await takeOut()
    await agent.close()
  })

  const wanted = (): PushInput => ({
    account: account.user,
    port: server.port,
    hostKeys: { [deviceId]: server.fingerprints.ed25519 ?? '' },
  })
  const program = (...args: string[]): Promise<OwnedProcess> =>
    startProcess({
      command: join(folder, 'clone/scripts/lifeline-agent'),
      args: [gateway.url, '--token-file', join(folder, 'token'), ...args],
      env: { ...process.env, SSH_AUTH_SOCK: agent.path },
    })

  test('logs in with its key, puts the keys there, and the audit says with which', async () => {
    const { id } = await order(wanted())
    const run = await program('--push', id)
    expect(await run.exited).toMatchObject({ code: 0 })
    const push = await ended(id)
    expect(push).toMatchObject({ agent: { state: 'ended' } })
    expect(push.devices[0]).toMatchObject({
      state: 'done',
      way: 'ssh',
      why: expect.stringContaining('ssh agent'),
      loginKey: key.fingerprint,
      message: '1 added.',
    })
    expect(await readFile(join(account.home, '.ssh/authorized_keys'), 'utf8')).toContain(pushedLine)
    expect(run.output()).toContain(
      `login as ${account.user} at the host with the key ${server.fingerprints.ed25519}`,
    )
    expect(run.output()).toContain(`by ${key.fingerprint}: signed.`)
    const attached = await gateway.admin.call('GET', '/api/audit?action=push.agent-attached')
    expect(attached.body[0]).toMatchObject({ target: id, actor: gateway.admin.email })
    const logins = await gateway.admin.call('GET', '/api/audit?action=device.keys-pushed')
    expect(logins.body[0]).toMatchObject({ target: 'box', detail: { loginKey: key.fingerprint } })
    expect([gateway.logged(), run.output()].filter((text) => text.includes(token))).toEqual([])
  })

  test('the program orders the push itself, and ends as the push does', async () => {
    const file = join(folder, 'order.json')
    await writeFile(file, JSON.stringify({ ...wanted(), devices: [deviceId], dryRun: true }))
    const good = await program('--order', file)
    expect(await good.exited).toMatchObject({ code: 0 })
    expect(good.output()).toContain('box: done.')
    await takeOut()
    const bad = await program('--order', file, '--key', key.fingerprint)
    expect(await bad.exited).toMatchObject({ code: 1 })
    expect(bad.output()).toMatch(/box: failed\. .* takes none of the one key of the ssh agent/)
  })

  test('takes one agent, says so to a second one, and leaves the first when it is stopped', async () => {
    const { id } = await order(wanted())
    const first = dial(id)
    const over = end(first)
    await once(first, 'message')
    const second = await end(dial(id))
    expect(second).toMatchObject({ last: { type: 'bye', code: 'taken' }, code: closeCodes.tooMany })
    await cancel(id)
    expect(await over).toMatchObject({ last: { type: 'bye', code: 'ended' }, code: 1000 })
    expect((await ended(id)).devices[0]).toMatchObject({ state: 'cancelled' })
  })

  test('an agent that goes away in the middle fails the device, and it is tried again with another', async () => {
    const { id } = await order(wanted())
    const socket = dial(id)
    await once(socket, 'message')
    socket.terminate()
    const push = await ended(id)
    expect(push.devices[0]).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/not attached any more.* Try again/),
      loginKey: null,
    })
    const again = await gateway.admin.call('POST', `/api/pushes/${id}/retry`, { agent: true })
    const run = await program('--push', again.body.id)
    expect(await run.exited).toMatchObject({ code: 0 })
  })

  test.each<[string, Buffer | string, Partial<Awaited<ReturnType<typeof end>>>]>([
    ['a text', 'hello', { code: closeCodes.badFrame }],
    ['too short a frame', Buffer.of(0), { code: closeCodes.badFrame }],
    ['an answer to nothing', Buffer.alloc(64, 0xee), { code: closeCodes.badFrame }],
    ['a giant frame', Buffer.alloc(300 * 1024), { code: 1009 }],
  ])('%s ends the socket, and the device says what to do', async (_, sent, how) => {
    const { id } = await order(wanted())
    const socket = dial(id)
    const over = end(socket)
    await once(socket, 'message')
    socket.send(sent)
    expect(await over).toMatchObject(how)
    expect((await ended(id)).devices[0]?.message).toContain('lifeline-agent was ended')
  })

  test('with no key, or with one that somebody refuses to use, it says so and how to go on', async () => {
    const { id } = await order(wanted())
    agent.lock('secret')
    const locked = await program('--push', id)
    expect(await locked.exited).toMatchObject({ code: 1 })
    expect(locked.output()).toContain('ssh-add -X unlocks it')
    agent.unlock('secret')
    await agent.close()
    agent = await startAgent({ confirms: false })
    agent.add(key, '-c')
    const refuses = await program('--push', id)
    expect(await refuses.exited).toMatchObject({ code: 1 })
    expect((await ended(id)).devices[0]?.message).toContain('but the ssh agent did not sign')
  })
})
