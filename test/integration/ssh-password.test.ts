import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import type { SshPasswordChange } from '../../server/contract/ssh-password.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { startProcess } from '../lab/process.ts'
import { type LabAgent, startAgent } from '../lab/ssh-agent.ts'
import { type KeyFile, makeKey } from '../lab/ssh-keys.ts'
import { type SshMachine, type SshMachineOptions, startSshMachine } from '../lab/ssh-machine.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
let projectId: string
let device: string
let ann: Person
beforeEach(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  ann = await gateway.person('ann', { projectId, role: 'owner' })
  await aDevice(9)
})
afterEach(() => gateway.close())

/** Whose console is at a port, and whose SSH server is this machine's. */
async function aDevice(consolePort: number) {
  const { id } = await gateway.tcpDevice(projectId, `box-${consolePort}`, consolePort)
  device = `/api/devices/${id}`
  await gateway.admin.call('PATCH', device, { address: '127.0.0.1' })
}

const path = () => `${device}/root-password/over-ssh`
const set = (body: object, by = ann) => by.call('POST', path(), body)
const look = async (): Promise<SshPasswordChange> => (await ann.call('GET', path())).body
const over = (seen = () => {}): Promise<SshPasswordChange> =>
  vi.waitFor(
    async () => {
      seen()
      const change = await look()
      if (change.endedAt === null) throw new Error(change.message)
      return change
    },
    { timeout: 60_000, interval: 30 },
  )
const kept = async () => (await ann.call('GET', `${device}/root-password`)).body
const revealed = async (): Promise<string> =>
  (await ann.call('POST', `${device}/root-password/reveal`, { reason: 'test' })).body.password
const audited = async (action: string) =>
  (await gateway.admin.call('GET', `/api/audit?action=${action}`)).body

function dial(by: Person): WebSocket {
  const headers = { Cookie: by.cookie, Origin: gateway.url }
  return new WebSocket(`${gateway.url.replace('http', 'ws')}${path()}/agent`, { headers })
}
async function refused(socket: WebSocket): Promise<number> {
  const [request, response] = await once(socket, 'unexpected-response')
  request.destroy()
  return response.statusCode
}

describe('a new root password over SSH', () => {
  test('needs an address, and a device that is not the gateway’s own machine', async () => {
    const { id } = await gateway.tcpDevice(projectId, 'no-address', 9)
    const order = { login: { from: 'agent' } }
    const nowhere = await ann.call('POST', `/api/devices/${id}/root-password/over-ssh`, order)
    expect([nowhere.status, nowhere.body.error.message]).toEqual([
      400,
      expect.stringMatching(/no address here/),
    ])
    const transport = { kind: 'demo', scene: 'box' }
    const demo = { projectId, name: 'demo', address: '127.0.0.1', transport }
    const { body } = await gateway.admin.call('POST', '/api/devices', demo)
    const own = await ann.call('POST', `/api/devices/${body.id}/root-password/over-ssh`, order)
    expect([own.status, own.body.error.message]).toEqual([
      400,
      expect.stringMatching(/machine of the gateway/),
    ])
  })

  test('waits for the ssh agent of who ordered it, and for nobody else’s; it is stopped, and nothing is set', async () => {
    const ben = await gateway.person('ben', { projectId, role: 'owner' })
    const stranger = await gateway.person('stranger')
    expect(await refused(dial(ann))).toBe(404)
    expect((await set({ login: { from: 'agent' } })).body).toMatchObject({
      state: 'waiting',
      by: 'ann',
      agent: { state: 'waiting', yours: true },
    })
    expect((await set({ login: { from: 'agent' } }, ben)).body.error).toMatchObject({ code: 'in-use' })
    expect(await Promise.all([ben, stranger].map((one) => refused(dial(one))))).toEqual([403, 404])
    await ben.call('DELETE', path())
    expect(await over()).toMatchObject({
      state: 'cancelled',
      changed: 'no',
      message: 'ben stopped it. The root password is as it was.',
      agent: { state: 'ended' },
    })
    expect(await refused(dial(ann))).toBe(409)
    expect((await ben.call('DELETE', path())).status).toBe(404)
    // Closing the gateway ends one that waits.
    await set({ login: { from: 'agent' } })
    expect(await audited('root-password.ended')).toMatchObject([
      { actorId: ann.id, detail: { state: 'cancelled', changed: 'no' } },
    ])
  })

  test('is not set for somebody who lost the right while it waited', async () => {
    await set({ login: { from: 'agent' } })
    const member = { email: ann.email, role: 'collaborator' }
    await gateway.admin.call('PUT', `/api/projects/${projectId}/members`, member)
    const socket = dial(ann)
    expect(await over()).toMatchObject({
      state: 'failed',
      message: 'ann may not set root’s password on this device any more. The root password is as it was.',
    })
    if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
  })
})

const needs = gettyNeeds()

describe.skipIf(needs !== undefined)(
  needs === undefined ? 'a real machine' : `a real machine (needs ${needs})`,
  () => {
    const old = 'Tr0ub4dor & 3'
    let folder: string
    let key: KeyFile
    let agent: LabAgent
    let machine: SshMachine
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lifeline-ssh-password-'))
      key = await makeKey({ path: join(folder, 'key'), type: 'ed25519' })
      agent = await startAgent()
      agent.add(key)
    })
    afterAll(async () => {
      await agent.close()
      await rm(folder, { recursive: true })
    })
    afterEach(() => machine.close())

    /** `dead`: nobody answers on its console. */
    async function start(options: Partial<SshMachineOptions> = {}, console: 'live' | 'dead' = 'live') {
      machine = await startSshMachine({ password: old, authorizedKey: key.publicKey, ...options })
      if (console === 'dead') return
      await aDevice(machine.console.port)
      await vi.waitFor(async () => {
        expect((await ann.call('GET', device)).body.console.line.state).toBe('online')
      })
    }
    const known = () => ({ port: machine.sshPort, hostKey: machine.fingerprint })
    const byPassword = (more = {}) => set({ login: { from: 'given', password: old }, ...known(), ...more })

    /** Attaches the agent as people do, until it is over. */
    async function withAgent(more = {}) {
      const { body } = await ann.call('POST', '/api/tokens', { name: 'agent', expiresInDays: 1 })
      await writeFile(join(folder, 'token'), body.secret, { mode: 0o600 })
      await set({ login: { from: 'agent' }, ...known(), ...more })
      const id = device.replace('/api/devices/', '')
      const run = await startProcess({
        command: 'scripts/lifeline-agent',
        args: [gateway.url, '--root-password', id, '--token-file', join(folder, 'token')],
        env: { ...process.env, SSH_AUTH_SOCK: agent.path },
      })
      return { code: (await run.exited).code, said: run.output() }
    }

    /** `REAL` is the real one. */
    const insteadOfChpasswd = (script: string) => `cp /usr/sbin/chpasswd "$M/real"
cat >"$M/other" <<'END'
#!/bin/sh
${script}
END
chmod 755 "$M/other"
sed -i "s|REAL|$M/real|" "$M/other"
mount --bind "$M/other" /usr/sbin/chpasswd`

    /** Kills the login over SSH in the middle of the program. */
    const dying = (first: string) => insteadOfChpasswd(`${first}\nkill -9 $(ps -o ppid= -p $PPID)`)

    test('a key of the agent sets a generated one, which opens the console; no process list and no log has it', async () => {
      const listed = join(folder, 'listed')
      const prepare = insteadOfChpasswd(`ps axeww -o args >>${listed}\nexec REAL "$@"`)
      await start({ permitRootLogin: 'prohibit-password', prepare })
      const { code, said } = await withAgent()
      expect(await look()).toMatchObject({
        state: 'done',
        changed: 'yes',
        proof: 'console',
        loginKey: key.fingerprint,
        message: expect.stringMatching(
          /^Root has the new password, and it is kept here\. It was logged in with on the console\./,
        ),
      })
      expect([code, said]).toEqual([0, expect.stringContaining('Root has the new password')])
      expect(said).toContain(`login as root at the host with the key ${machine.fingerprint}`)
      expect(await kept()).toMatchObject({ state: 'kept', source: 'ssh', setBy: ann.email })
      const next = await revealed()
      expect(next).toMatch(/^[a-z]{24}$/)
      const processes = await readFile(listed, 'latin1')
      const texts = [processes, gateway.logged(), machine.sshLog(), said]
      expect(texts.filter((text) => text.includes(next))).toEqual([])
      expect(processes).toMatch(/^\/bin\/sh .*chpasswd/m)
      expect(machine.sshLog()).toMatch(/userauth-request for user root/)
      expect(await audited('root-password.agent-attached')).toMatchObject([{ actorId: ann.id }])
      expect(await audited('root-password.ended')).toMatchObject([
        { detail: { state: 'done', changed: 'yes', proof: 'console', loginKey: key.fingerprint } },
      ])
    })

    test('the password of now sets another, which SSH proves where the console is dead; the kept one does it again', async () => {
      await start({}, 'dead')
      await byPassword({ next: 'aXe7-kept for a day' })
      expect(await over()).toMatchObject({ state: 'done', changed: 'yes', proof: 'ssh', loginKey: null })
      expect(await revealed()).toBe('aXe7-kept for a day')
      await set({ login: { from: 'vault' }, next: `it's "$HOME" \`id\` \\ #!`, ...known() })
      expect(await over()).toMatchObject({ state: 'done', proof: 'ssh' })
      expect(await revealed()).toBe(`it's "$HOME" \`id\` \\ #!`)
    })

    test('where neither console nor SSH can prove it, it is set, kept, and said to be unproved', async () => {
      await start({ permitRootLogin: 'prohibit-password' }, 'dead')
      await withAgent({ next: 'aXe7-kept for a day' })
      expect(await look()).toMatchObject({
        state: 'done',
        changed: 'yes',
        proof: null,
        message: expect.stringMatching(
          /^The device took .* is kept here\. No login proved it\. The console: .* SSH: /,
        ),
      })
      expect((await look()).message).not.toContain('without asking')
      expect(await revealed()).toBe('aXe7-kept for a day')
    })

    test('a host key that nobody has accepted is shown, and gets neither password nor signature', async () => {
      await start({}, 'dead')
      await set({ login: { from: 'given', password: old }, port: machine.sshPort })
      expect(await over()).toMatchObject({
        state: 'failed',
        changed: 'no',
        cause: { code: 'host-key-unknown', offered: machine.fingerprint },
      })
      await withAgent({ hostKey: `SHA256:${'A'.repeat(43)}` })
      expect(await look()).toMatchObject({ state: 'failed', cause: { code: 'host-key-changed' } })
      expect(machine.sshLog()).not.toMatch(/userauth-request|publickey|password/)
      expect(await kept()).toMatchObject({ state: 'none' })
    })

    test('the host key that was heard on the console counts, whatever whoever orders it accepts', async () => {
      await start()
      const password = { from: 'given', password: old }
      const read = { act: 'read', way: 'console', devices: [device.replace('/api/devices/', '')], password }
      const { body: push } = await ann.call('POST', '/api/pushes', read)
      await vi.waitFor(
        async () => {
          const { body } = await ann.call('GET', `/api/pushes/${push.id}`)
          expect(body.devices).toMatchObject([{ state: 'done' }])
        },
        { timeout: 60_000, interval: 50 },
      )
      await byPassword({ hostKey: `SHA256:${'A'.repeat(43)}` })
      expect(await over()).toMatchObject({ state: 'done', changed: 'yes' })
    })

    test('one that the device does not take leaves the old one, and keeps nothing', async () => {
      const readOnly = 'mount --bind /etc/shadow /etc/shadow; mount -o remount,ro,bind /etc/shadow'
      await start({ prepare: readOnly }, 'dead')
      await byPassword()
      expect(await over()).toMatchObject({
        state: 'failed',
        changed: 'no',
        message: expect.stringMatching(
          /^The device refused it: chpasswd: .*The root password is as it was\.$/,
        ),
      })
      expect(await kept()).toMatchObject({ state: 'none' })
    })

    test('a connection that dies after it was set: the console tells that it is valid, and it is kept', async () => {
      await start({ prepare: dying('REAL') })
      await byPassword({ next: 'aXe7-kept for a day' })
      expect(await over()).toMatchObject({ state: 'done', changed: 'yes', proof: 'console' })
      expect(await revealed()).toBe('aXe7-kept for a day')
    })

    test('a connection that dies before it was set: the console tells that it is not valid, and none is kept', async () => {
      await start({ prepare: dying('') })
      await byPassword()
      expect(await over()).toMatchObject({
        state: 'failed',
        changed: 'no',
        message: expect.stringMatching(/^The line went dead .* The root password is as it was\./),
      })
      expect(await kept()).toMatchObject({ state: 'none' })
    })

    test('a connection that dies where nothing can be logged in to: it is kept, and said to be unsure', async () => {
      await start({ prepare: dying('REAL'), permitRootLogin: 'prohibit-password' }, 'dead')
      await withAgent({ next: 'aXe7-kept for a day' })
      expect(await look()).toMatchObject({ state: 'failed', changed: 'unknown', proof: null })
      expect(await revealed()).toBe('aXe7-kept for a day')
    })
  },
)
