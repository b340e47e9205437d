import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../server/base/secret.ts'
import type { Push, PushInput } from '../../server/contract/pushes.ts'
import { inSession } from '../../server/inject/over-console.ts'
import { overSsh } from '../../server/inject/over-ssh.ts'
import type { PushKey } from '../../server/inject/plan.ts'
import { type PushOutcome, pushKeys } from '../../server/inject/push.ts'
import { removeKeys } from '../../server/inject/remove.ts'
import { type Runner, withSudo } from '../../server/inject/runner.ts'
import { operate } from '../../server/operator/operate.ts'
import { fingerprintOf, keyLine } from '../fakes/key-lines.ts'
import { type LabAccount, labAccount } from '../lab/account.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { startGettyPort } from '../lab/getty-port.ts'
import { passwordWay } from '../lab/password-way.ts'
import { freePort } from '../lab/ports.ts'
import { startSshd } from '../lab/sshd.ts'
import { type SshdFleet, startSshdFleet } from '../lab/sshd-fleet.ts'
import { startGateway } from './gateway.ts'
import { deskAtLogin } from './operator/console-desk.ts'

const lines = [keyLine('ann'), keyLine('ben')]
const keys = lines.map((line): PushKey => {
  const [type = '', base64 = '', comment = ''] = line.split(' ')
  return { type, blob: Buffer.from(base64, 'base64'), comment }
})
const text = `${lines.join('\n')}\n`
const sudoers = (rule: string) => `mkdir -p /etc/sudoers.d; echo '${rule}' >/etc/sudoers.d/lab`

const add = (runner: Runner, account: string) =>
  pushKeys({ runner: withSudo(runner), account, keys, now: Date.now() })
const resultsOf = (outcome: PushOutcome | undefined) =>
  outcome?.kind === 'done' ? outcome.keys.map(({ result }) => result) : outcome?.why

// Both in a view of the file system of their own: what is root's there is not this machine's.
describe.skipIf(gettyNeeds() !== undefined)('a push by a login that sudo makes root', () => {
  describe('over SSH', () => {
    const machines = {
      free: 'NOPASSWD: ALL',
      asking: 'ALL',
      without: 'NOPASSWD: ALL',
    }
    let account: LabAccount
    let fleet: SshdFleet
    beforeAll(async () => {
      account = await labAccount('lifeline-sudo')
      const own = 'mount -t tmpfs -o mode=755 none /etc/sudoers.d; mount -t tmpfs -o mode=700 none /root'
      const rules = Object.values(machines)
      fleet = await startSshdFleet(account, {
        count: rules.length,
        port: await freePort(),
        prepare: (at) =>
          [
            own,
            sudoers(`${account.user} ALL=(ALL) ${rules[at]}`),
            ...(at === 2 ? ['mount --bind /dev/null "$(command -v sudo)"'] : []),
          ].join('\n'),
      })
    })
    afterAll(() => fleet.close())

    const at = (machine: keyof typeof machines) =>
      fleet.addresses[Object.keys(machines).indexOf(machine)] ?? ''
    const on = <T>(machine: keyof typeof machines, work: (runner: Runner) => Promise<T>): Promise<T> =>
      overSsh(passwordWay({ host: at(machine), port: fleet.port, hostKey: fleet.fingerprint }, account), work)

    test('puts keys into the file of root, once, and takes them away', async () => {
      const sh = (script: string) => fleet.sh(at('free'), script)
      expect(resultsOf(await on('free', (runner) => add(runner, 'root')))).toEqual(['added', 'added'])
      expect(sh('cat /root/.ssh/authorized_keys; stat -c "%U %a" /root/.ssh/authorized_keys')).toBe(
        `${text}root 600\n`,
      )
      expect(resultsOf(await on('free', (runner) => add(runner, 'root')))).toEqual(['present', 'present'])
      const act = { withOptions: false, allowLast: false, dryRun: false, now: Date.now() }
      const [first = '', second = ''] = lines
      await on('free', (runner) =>
        removeKeys({ ...act, runner: withSudo(runner), account: 'root', keys: [fingerprintOf(first)] }),
      )
      expect(sh('cat /root/.ssh/authorized_keys')).toBe(`${second}\n`)
    })

    test('writes as the account whose file it is', async () => {
      const other = await labAccount('lifeline-sudo-to')
      const sh = (script: string) => fleet.sh(at('free'), script)
      sh(`rm -rf ${other.home}/.ssh; chmod 755 ${other.home}`)
      expect(resultsOf(await on('free', (runner) => add(runner, other.user)))).toEqual(['added', 'added'])
      expect(sh(`stat -c %U ${other.home}/.ssh ${other.home}/.ssh/authorized_keys`)).toBe(
        `${other.user}\n${other.user}\n`,
      )
    })

    test('says so where sudo wants a password, or is not there, and types none', async () => {
      const asking = on('asking', (runner) => add(runner, 'root'))
      await expect(asking).rejects.toThrow(/NOPASSWD in sudoers.* It says: sudo: a password is required/)
      const without = on('without', (runner) => add(runner, 'root'))
      await expect(without).rejects.toThrow(/There is no sudo on the device/)
      for (const machine of ['asking', 'without'] as const) {
        expect(fleet.sh(at(machine), 'ls -A /root')).toBe('')
      }
    })
  })

  const password = 'sesame & 42'
  /** A machine where ann may do that by sudo. */
  const withAnn = (rule: string) =>
    `useradd -m -d /run/ann -s /bin/bash ann; echo 'ann:${password}' | chpasswd -c SHA512; ${sudoers(`ann ALL=(ALL) ${rule}`)}`

  test('over the console, where sudo wants a password, none is typed for it', async (context) => {
    const desk = await deskAtLogin(context, { password, prepare: withAnn('ALL') })
    const login = { user: 'ann', password: new Secret(password), session: 'refuse' as const }
    const outcome = await operate(desk, login, {
      work: (session) => add(inSession(session), 'root').then(resultsOf, (error: Error) => error.message),
      tell: () => undefined,
    })
    expect(outcome).toMatchObject({ state: 'done', left: 'login-prompt' })
    expect(outcome.result).toMatch(/NOPASSWD in sudoers.* It says: .*sudo: a password is required$/)
    expect(desk.typed().toString().split(password)).toHaveLength(2)
    expect(desk.machine.sh('ls -A /root')).toBe('')
  })

  test('as it is ordered: over the console, and over SSH', async () => {
    const gateway = await startGateway()
    const far = await startGettyPort({ password, prepare: withAnn('NOPASSWD: ALL') })
    // On this machine's own sudo, which knows no such account.
    const account = await labAccount('lifeline-sudo')
    const server = await startSshd()
    try {
      const projectId = await gateway.project('fleet')
      for (const text of lines) await gateway.admin.call('POST', `/api/projects/${projectId}/keys`, { text })
      const { id } = await gateway.tcpDevice(projectId, 'box', far.port)
      await gateway.admin.call('PATCH', `/api/devices/${id}`, { address: server.host })
      const order = (input: PushInput) =>
        gateway.admin.call('POST', '/api/pushes', { devices: [id], sudo: true, ...input })
      const pushed = async (input: PushInput): Promise<Push> => {
        const { body } = await order(input)
        const push = async () => (await gateway.admin.call('GET', `/api/pushes/${body.id}`)).body
        await expect.poll(async () => (await push()).endedAt, { timeout: 60_000 }).not.toBeNull()
        return push()
      }
      const refused = await pushed({
        ...{ way: 'ssh', port: server.port, login: account.user },
        password: { from: 'given', password: account.password },
        hostKeys: { [id]: server.fingerprints.ed25519 ?? '' },
      })
      expect(refused.devices[0]).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('NOPASSWD'),
      })
      const online = async () =>
        (await gateway.admin.call('GET', `/api/devices/${id}`)).body.console.line.state
      await expect.poll(online).toBe('online')
      const push = await pushed({ way: 'console', login: 'ann', password: { from: 'given', password } })
      expect(push).toMatchObject({ sudo: true, login: 'ann', account: 'root' })
      expect(push.devices[0]).toMatchObject({ state: 'done', message: expect.stringContaining('2 added.') })
      expect(await readFile(join(far.machine.root, '.ssh/authorized_keys'), 'utf8')).toBe(text)
      const [ordered] = (await gateway.admin.call('GET', '/api/audit?action=push.ordered')).body
      expect(ordered.detail).toMatchObject({ sudo: true })
      for (const who of [{}, { login: 'root' }, { account: 'ann', login: 'root' }]) {
        const { status, body } = await order(who)
        expect([status, body.error.mistakes]).toMatchObject([400, [{ path: ['sudo'] }]])
      }
    } finally {
      await gateway.close()
      await far.close()
      await server.close()
    }
  })
})
