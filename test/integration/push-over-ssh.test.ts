import { execFile } from 'node:child_process'
import { appendFile, chmod, chown, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../server/base/clock.ts'
import { Secret } from '../../server/base/secret.ts'
import { sha256Fingerprint } from '../../server/contract/public-key/fingerprint.ts'
import { type Acted, actOnDevice } from '../../server/inject/device-act.ts'
import { askOverSsh, overSsh, type SshWay } from '../../server/inject/over-ssh.ts'
import type { PushKey } from '../../server/inject/plan.ts'
import { type PushOutcome, planOnDevice, pushKeys } from '../../server/inject/push.ts'
import type { Runner } from '../../server/inject/runner.ts'
import { cksum } from '../../server/operator/cksum.ts'
import { keyLine } from '../fakes/key-lines.ts'
import { accountsCanBeMade, type LabAccount, labAccount } from '../lab/account.ts'
import { startDropbear } from '../lab/dropbear.ts'
import { passwordWay } from '../lab/password-way.ts'
import { requireProgram } from '../lab/process.ts'
import { run } from '../lab/run.ts'
import { type KeyFile, makeKey } from '../lab/ssh-keys.ts'
import { type SshServer, startSshd } from '../lab/sshd.ts'

describe.skipIf(!accountsCanBeMade())('a push over SSH (needs root, for a real account)', () => {
  let folder: string
  let account: LabAccount
  let server: SshServer
  let admin: KeyFile
  let keys: KeyFile[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-push-'))
    await chmod(folder, 0o755)
    account = await labAccount('lifeline-push')
    admin = await makeKey({ path: join(folder, 'admin'), type: 'ed25519' })
    const types = ['ed25519', 'ecdsa', 'rsa'] as const
    keys = await Promise.all(types.map((type) => makeKey({ path: join(folder, type), type })))
    await writeFile(join(folder, 'root_keys'), `${admin.publicKey}\n`, { mode: 0o644 })
    server = await startSshd({
      config: [
        'PermitRootLogin yes',
        // sshd's own two, and one for the login of root.
        `AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2 ${join(folder, '%u_keys')}`,
      ],
    })
  })

  afterAll(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  const file = () => join(account.home, '.ssh/authorized_keys')
  beforeEach(async () => {
    await rm(join(account.home, '.ssh'), { recursive: true, force: true })
    await chmod(account.home, 0o755)
  })

  const way = ({ host, port, fingerprints }: SshServer = server): SshWay =>
    passwordWay({ host, port, hostKey: Object.values(fingerprints)[0] }, account)
  const asRoot = (): SshWay => ({
    ...way(),
    username: 'root',
    password: undefined,
    privateKey: new Secret(admin.privateKey),
  })
  const all = () => keys.map(({ publicKey }) => pushKeyOf(publicKey))
  const push = (path: SshWay, chosen: PushKey[] = all(), between?: (runner: Runner) => Runner) =>
    overSsh(path, (runner) =>
      pushKeys({ runner: between?.(runner) ?? runner, account: account.user, keys: chosen, now: Date.now() }),
    )
  const resultsOf = (outcome: PushOutcome) =>
    outcome.kind === 'done' ? outcome.keys.map(({ result }) => result) : [outcome.why]
  // Not while this process stands still: the server waits when nobody reads its log.
  const says = (key: KeyFile | undefined): Promise<string> => {
    const options = [
      'BatchMode=yes',
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'IdentitiesOnly=yes',
    ]
    const args = [
      ...options.flatMap((option) => ['-o', option]),
      '-i',
      key?.path ?? '',
      '-p',
      `${server.port}`,
    ]
    const done = promisify(execFile)('ssh', [...args, `${account.user}@${server.host}`, 'echo free'])
    return done.then(
      ({ stdout }) => stdout,
      () => '',
    )
  }
  /** Of the file, its folder and the home folder. */
  const times = () =>
    Promise.all(
      [file(), join(account.home, '.ssh'), account.home].map(async (path) => {
        const { ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
        return { path, ino, mtimeNs, ctimeNs }
      }),
    )
  const logsIn = async (key: KeyFile): Promise<boolean> => (await says(key)) !== ''
  const whoLogsIn = () => Promise.all(keys.map(logsIn))

  it('puts keys there that the server takes and that log in, and does nothing the second time', async () => {
    expect(await askOverSsh(way(), all())).toEqual(['refused', 'refused', 'refused'])
    expect(resultsOf(await push(way()))).toEqual(['added', 'added', 'added'])
    expect(await askOverSsh(way(), all())).toEqual(['accepted', 'accepted', 'accepted'])
    expect(await whoLogsIn()).toEqual([true, true, true])
    const { mode, uid } = await stat(file())
    expect([mode & 0o777, uid]).toEqual([0o600, (await stat(account.home)).uid])
    const before = await times()
    expect(resultsOf(await push(way()))).toEqual(['present', 'present', 'present'])
    expect(resultsOf(await push(asRoot()))).toEqual(['present', 'present', 'present'])
    expect(await times()).toEqual(before)
  })

  it('puts new keys into the first file, and counts those of the second, whose mode it puts right', async () => {
    const second = join(account.home, '.ssh/authorized_keys2')
    const places = 'AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2'
    const strict = await startSshd({ config: [places, 'StrictModes yes'] })
    const [first, ...others] = keys.map(({ publicKey }) => `${publicKey}\n`)
    try {
      await (await account.authorize(''))()
      await rm(file())
      await writeFile(second, first ?? '')
      const { uid, gid } = await stat(account.home)
      await chown(second, uid, gid)
      await chmod(second, 0o666)
      expect(await askOverSsh(way(strict), all())).toEqual(Array(3).fill('refused'))
      expect(resultsOf(await push(way()))).toEqual(['present', 'added', 'added'])
      expect(await askOverSsh(way(strict), all())).toEqual(Array(3).fill('accepted'))
      expect(await readFile(second, 'utf8')).toBe(first)
      expect(await readFile(file(), 'utf8')).toBe(others.join(''))
      await chmod(second, 0o666)
      await chown(second, 0, 0)
      await expect(push(way())).rejects.toThrow(/this login may not change that mode: .* go-w .*keys2$/)
    } finally {
      await strict.close()
    }
  })

  it('says what it would do, and writes nothing', async () => {
    const { planning } = await overSsh(way(), (runner) =>
      planOnDevice({ runner, account: account.user, keys: all(), now: Date.now() }),
    )
    expect(planning).toMatchObject({ kind: 'plan', plan: { write: { path: file() } } })
    await expect(stat(file())).rejects.toThrow('ENOENT')
  })

  it('knows whether it was the password that opened the device', async () => {
    const byPassword = (path: SshWay) => overSsh(path, async (_, { byPassword: proved }) => proved)
    expect([await byPassword(way()), await byPassword(asRoot())]).toEqual([true, false])
  })

  it('lets root put them there as the account, with its owner', async () => {
    expect(resultsOf(await push(asRoot()))).toEqual(['added', 'added', 'added'])
    const home = await stat(account.home)
    for (const path of [file(), join(account.home, '.ssh')]) expect((await stat(path)).uid).toBe(home.uid)
    expect(await whoLogsIn()).toEqual([true, true, true])
  })

  it('never makes a restricted key free', async () => {
    const [first] = keys
    const undo = await account.authorize(`from="192.0.2.1" ${first?.publicKey}`)
    await undo()
    await writeFile(file(), `from="192.0.2.1" ${first?.publicKey}\n`)
    expect(resultsOf(await push(way()))).toEqual(['restricted', 'added', 'added'])
    expect(await askOverSsh(way(), all())).toEqual(['refused', 'accepted', 'accepted'])
  })

  it('lets a restricted key in without its restrictions when that is confirmed, whatever held it', async () => {
    const options = ['from="192.0.2.1"', 'restrict,command="echo held"', 'cert-authority,command="echo held"']
    await (await account.authorize(''))()
    const lines = keys.map(({ publicKey }, index) => `${options[index]} ${publicKey}\n`)
    const text = `# ours\n${lines.join('')}`
    await writeFile(file(), text)
    const { uid, gid } = await stat(account.home)
    await chown(file(), uid, gid)
    const widen = all().map(({ blob }) => sha256Fingerprint(blob))
    const act = { act: 'add', account: account.user, keys: all(), widen } as const
    const free = (dryRun: boolean) =>
      overSsh(way(), (runner) => actOnDevice(runner, { ...act, dryRun }, { now: Date.now(), whole: true }))
    const shown = ({ keys }: Acted) => keys.map(({ shown: { result } }) => result)
    const dry = await free(true)
    expect(shown(dry)).toEqual(Array(3).fill('would-widen'))
    expect(dry.changes).toEqual([
      {
        path: file(),
        added: keys.map(({ publicKey }) => publicKey),
        taken: [{ number: 3, text: lines[1]?.trimEnd() }],
        tightened: [],
      },
    ])
    expect(await readFile(file(), 'utf8')).toBe(text)
    const done = await free(false)
    expect(shown(done)).toEqual(Array(3).fill('widened'))
    expect(done.note).toContain('Lines with options were taken out')
    const plain = keys.map(({ publicKey }) => publicKey).join('\n')
    expect(await readFile(file(), 'utf8')).toBe(`# ours\n${lines[0]}${lines[2]}${plain}\n`)
    expect(done.keys.map(({ shown: { newLine } }) => newLine)).toEqual([4, 5, 6])
    const sum = (content: Buffer) => `${cksum(content)} ${content.length}`
    expect(done.wrote).toMatchObject({
      before: text.length,
      sumBefore: sum(Buffer.from(text)),
      sumAfter: sum(await readFile(file())),
      after: (await readFile(file())).length,
    })
    expect(await whoLogsIn()).toEqual([true, true, true])
    expect(await says(keys[1])).toBe('free\n')
    expect(shown(await free(false))).toEqual(Array(3).fill('present'))
  })

  it('plans again when somebody wrote in between, and loses no line', async () => {
    await push(way(), all().slice(0, 1))
    let looks = 0
    const meddling = (runner: Runner): Runner => ({
      async run(program) {
        const printed = await runner.run(program)
        looks += 1
        if (looks === 1) await appendFile(file(), '# somebody else, without an end')
        return printed
      },
    })
    expect(resultsOf(await push(way(), all(), meddling))).toEqual(['present', 'added', 'added'])
    expect(await readFile(file(), 'utf8')).toContain('# somebody else, without an end\necdsa-sha2')
    expect(await whoLogsIn()).toEqual([true, true, true])
  })

  it('keeps the lines of another writer who never stops', async () => {
    await push(way(), all().slice(0, 1))
    let written = 0
    let stop = false
    const other = (async () => {
      while (!stop) {
        await appendFile(file(), `# line ${written}\n`)
        written += 1
      }
    })()
    // It may give up, but what it says is true.
    const results = await push(way()).then(resultsOf, () => ['gave up'])
    stop = true
    await other
    const lines = (await readFile(file(), 'utf8')).split('\n').filter((line) => line.startsWith('# line'))
    expect(lines).toEqual(Array.from({ length: written }, (_, line) => `# line ${line}`))
    expect(await whoLogsIn()).toEqual(results[0] === 'gave up' ? [true, false, false] : [true, true, true])
  })

  it('asks about seven keys in two connections, which are paced', async () => {
    // The lab's sshd has its own MaxAuthTries: 6.
    const far = await startSshd({ config: [`AuthorizedKeysFile ${file()}`] })
    const waits: number[] = []
    const clock = {
      ...systemClock,
      after(ms: number, run: () => void) {
        waits.push(ms)
        return systemClock.after(ms === 5000 ? 0 : ms, run)
      },
    }
    try {
      const strangers = ['a', 'b', 'c', 'd'].map((name) => pushKeyOf(keyLine(name)))
      await push(way(), all().slice(0, 2))
      const [first, second, third] = all()
      const connections = () => far.log().split('Connection from ').length
      const before = connections()
      const asked = [first, third, ...strangers, second].flatMap((key) => key ?? [])
      expect(await askOverSsh({ ...way(far), clock }, asked)).toEqual([
        'accepted',
        ...Array(5).fill('refused'),
        'accepted',
      ])
      expect(connections() - before).toBe(2)
      expect(waits.filter((ms) => ms === 5000)).toHaveLength(1)
    } finally {
      await far.close()
    }
  })

  it('refuses where the server would ignore the keys, and names the path', async () => {
    await chmod(account.home, 0o777)
    expect(resultsOf(await push(way()))).toEqual([expect.stringContaining(`chmod go-w ${account.home}`)])
    await expect(stat(file())).rejects.toThrow('ENOENT')
  })

  it('sends no password to a host with another key', async () => {
    const logged = server.log().length
    await expect(push({ ...way(), hostKey: `SHA256:${'A'.repeat(43)}` })).rejects.toThrow(/has changed/)
    await expect(push({ ...way(), hostKey: undefined })).rejects.toThrow(/Nobody has accepted/)
    expect(server.log().slice(logged)).not.toMatch(/password/)
  })

  it('does not wait for a server that falls silent', async () => {
    const patience = new AbortController()
    const silent = overSsh({ ...way(), signal: patience.signal }, (runner) => {
      server.signalSessions('SIGSTOP')
      const running = runner.run({ common: '', text: '' })
      patience.abort()
      return running
    })
    await expect(silent).rejects.toThrow(/did not answer in time/)
    server.signalSessions('SIGKILL')
  })

  it.each(['bash', 'zsh', 'mksh', 'ksh93', 'fish', 'tcsh', 'ash'])(
    'works whatever the login shell is: %s',
    async (shell) => {
      const path = shell === 'ash' ? join(folder, shell) : requireProgram(shell)
      if (shell === 'ash') await symlink(requireProgram('busybox'), path)
      await run('usermod', ['-s', path, account.user])
      try {
        expect(resultsOf(await push(way()))).toEqual(['added', 'added', 'added'])
      } finally {
        await run('usermod', ['-s', '/bin/sh', account.user])
      }
    },
  )

  it('works whatever the login shell was told at its start', async () => {
    const lines = [
      'alias grep=false',
      'wc() { :; }',
      'export -f wc',
      'set -C',
      'echo noise',
      'export SHELLOPTS',
    ]
    await run('usermod', ['-s', '/bin/bash', account.user])
    await writeFile(join(account.home, '.bashrc'), `${lines.join('\n')}\n`, { mode: 0o644 })
    try {
      expect(resultsOf(await push(way()))).toEqual(['added', 'added', 'added'])
      expect(resultsOf(await push(way()))).toEqual(['present', 'present', 'present'])
    } finally {
      await rm(join(account.home, '.bashrc'))
      await run('usermod', ['-s', '/bin/sh', account.user])
    }
  })

  it('is proved by Dropbear as well', async () => {
    const dropbear = await startDropbear()
    try {
      expect(await askOverSsh(way(dropbear), all())).toEqual(['refused', 'refused', 'refused'])
      expect(resultsOf(await push(way(dropbear)))).toEqual(['added', 'added', 'added'])
      expect(await askOverSsh(way(dropbear), all())).toEqual(['accepted', 'accepted', 'accepted'])
    } finally {
      await dropbear.close()
    }
  })
})

function pushKeyOf(line: string): PushKey {
  const [type = '', base64 = '', comment = ''] = line.split(' ')
  return { type, blob: Buffer.from(base64, 'base64'), comment }
}
