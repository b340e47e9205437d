import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { knownHostKeys } from '../../../client/cli/agent/known-hosts.ts'
import { Relay } from '../../../client/cli/agent/relay.ts'
import { systemClock } from '../../../server/base/clock.ts'
import { readFrame, writeFrame } from '../../../server/contract/agent/socket.ts'
import { AgentTalks } from '../../../server/inject/agent-talks.ts'
import { overSsh, type SshWay } from '../../../server/inject/over-ssh.ts'
import { type LabAgent, startAgent } from '../../lab/ssh-agent.ts'
import { type KeyFile, makeKey } from '../../lab/ssh-keys.ts'
import { type SshdOptions, type SshServer, startSshd } from '../../lab/sshd.ts'

/** Logins of this process's own user, which sshd lets in without being root. */
const user = process.env.USER ?? 'root'

describe('a login with the keys of an ssh agent', () => {
  let folder: string
  let keys: Record<'ed25519' | 'ecdsa' | 'rsa', KeyFile>
  let server: SshServer
  let agent: LabAgent
  let said: string[]
  const servers: SshServer[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-agents-'))
    const make = (type: 'ed25519' | 'ecdsa' | 'rsa') => makeKey({ path: join(folder, type), type })
    keys = { ed25519: await make('ed25519'), ecdsa: await make('ecdsa'), rsa: await make('rsa') }
    const authorizedKey = Object.values(keys)
      .map(({ publicKey }) => publicKey)
      .join('\n')
    server = await sshd({ authorizedKey })
  })
  afterAll(async () => {
    await Promise.all(servers.map((one) => one.close()))
    await rm(folder, { recursive: true })
  })
  beforeEach(async () => {
    agent = await startAgent()
    said = []
  })
  afterEach(() => agent.close())

  async function sshd(options: SshdOptions): Promise<SshServer> {
    const one = await startSshd({ config: ['PermitRootLogin yes'], ...options })
    servers.push(one)
    return one
  }

  interface Program {
    named?: string[]
    knownHosts?: Set<string>
    login?: string
    likely?: string[]
    /** What is done with each of the agent's answers on its way. */
    answer?(frame: Uint8Array): Uint8Array
  }

  /** The gateway's end and the program's end, without a network between them. Answers the fingerprint of the key that was let in. */
  async function logsIn(far: SshServer = server, program: Program = {}): Promise<string | undefined> {
    const { named = [], knownHosts, login, likely = [], answer = (frame) => frame } = program
    const relay = new Relay({
      path: agent.path,
      rules: { keys: named, knownHosts, login },
      say: (line) => said.push(line),
      send(bytes) {
        const frame = readFrame(answer(bytes))
        if (frame) talks.answered(frame.talk, frame.message)
      },
    })
    const talks: AgentTalks = new AgentTalks(
      {
        frame: (talk, message) => void relay.received(writeFrame(talk, message)),
        tell: (message) => message.type === 'bye' || relay.told(message),
      },
      systemClock,
    )
    const way: SshWay = {
      host: far.host,
      port: far.port,
      username: user,
      hostKey: Object.values(far.fingerprints)[0],
      password: undefined,
      privateKey: undefined,
      passphrase: undefined,
      agent: { agent: { open: (about) => talks.open({ device: 'box', ...about }) }, likely },
      allowLocalTargets: true,
      clock: systemClock,
      signal: AbortSignal.timeout(60_000),
    }
    try {
      return await overSsh(way, async (_, { agentKey }) => agentKey)
    } finally {
      relay.close()
      talks.lost()
    }
  }

  test.each(['ed25519', 'ecdsa', 'rsa'] as const)('%s, and each signature is told', async (type) => {
    agent.add(keys[type])
    expect(await logsIn()).toBe(keys[type].fingerprint)
    const host = server.fingerprints.ed25519
    expect(said).toEqual([
      `box (${server.host}:${server.port}): login as ${user} at the host with the key ${host}, by ${keys[type].fingerprint}: signed.`,
    ])
  })

  test.each(['ecdsa', 'rsa'] as const)('at a host with an %s key', async (type) => {
    const far = await sshd({ authorizedKey: keys.ed25519.publicKey, hostKeys: [type] })
    agent.add(keys.ed25519)
    expect(await logsIn(far)).toBe(keys.ed25519.fingerprint)
  })

  test('an agent with no key, and one that is locked, say so', async () => {
    await expect(logsIn()).rejects.toThrow('The ssh agent offers no key: it has none, or it is locked.')
    agent.add(keys.ed25519)
    agent.lock('secret')
    await expect(logsIn()).rejects.toThrow('or it is locked')
    agent.unlock('secret')
    expect(await logsIn()).toBe(keys.ed25519.fingerprint)
  })

  test('who confirms each use (ssh-add -c) may say yes or no', async () => {
    agent.add(keys.ed25519, '-c')
    expect(await logsIn()).toBe(keys.ed25519.fingerprint)
    await agent.close()
    agent = await startAgent({ confirms: false })
    agent.add(keys.ed25519, '-c')
    await expect(logsIn()).rejects.toThrow(
      `takes ${keys.ed25519.fingerprint} for ${user}, but the ssh agent did not sign`,
    )
    expect(said.at(-1)).toContain('the agent did not sign')
  })

  test('a key for some hosts only (ssh-add -h) logs in there, and nowhere else', async () => {
    const other = await sshd({ authorizedKey: keys.ed25519.publicKey })
    const hosts = join(folder, 'hosts')
    const publicKey = hostKeyOf(server)
    await writeFile(hosts, `box ${publicKey}\n`)
    agent.add(keys.ed25519, '-H', hosts, '-h', `${user}@box`)
    expect(await logsIn()).toBe(keys.ed25519.fingerprint)
    await expect(logsIn(other)).rejects.toThrow('The ssh agent offers no key')
  })

  test('at hosts that are not known nothing is signed, where known ones were asked for', async () => {
    agent.add(keys.ed25519)
    const publicKey = hostKeyOf(server)
    expect(await logsIn(server, { knownHosts: knownHostKeys(`box ${publicKey}\n`) })).toBe(
      keys.ed25519.fingerprint,
    )
    const refused = logsIn(server, {
      knownHosts: knownHostKeys(`@revoked box ${publicKey}\n# box ${publicKey}\n`),
    })
    await expect(refused).rejects.toThrow('lifeline-agent does not log in at')
    expect(said.at(-1)).toContain('is not in your known hosts')
  })

  test('with the key that was named, and as the account that was ordered, alone', async () => {
    for (const key of Object.values(keys)) agent.add(key)
    expect(await logsIn(server, { named: [keys.rsa.fingerprint] })).toBe(keys.rsa.fingerprint)
    await expect(logsIn(server, { login: 'somebody' })).rejects.toThrow('the ssh agent did not sign')
    expect(said.at(-1)).toContain(`it is a login as ${user}, not as somebody`)
  })

  test('of many keys five are offered, those first that were seen there; too many are told apart', async () => {
    const many = await Promise.all(
      Array.from({ length: 7 }, (_, index) =>
        makeKey({ path: join(folder, `many${index}`), type: 'ed25519' }),
      ),
    )
    for (const key of [...many, keys.ed25519]) agent.add(key)
    await expect(logsIn()).rejects.toThrow(/took none of the 5 keys .* of 8: .*--key SHA256/)
    expect(await logsIn(server, { likely: [keys.ed25519.fingerprint] })).toBe(keys.ed25519.fingerprint)
    const strict = await sshd({ config: ['PermitRootLogin yes', 'MaxAuthTries 2'] })
    await expect(logsIn(strict)).rejects.toThrow(/took none of the 5 keys/)
    await expect(
      logsIn(await sshd({}), { named: [keys.rsa.fingerprint, keys.ed25519.fingerprint] }),
    ).rejects.toThrow(`takes none of the one key of the ssh agent for ${user}: ${keys.ed25519.fingerprint}.`)
  })

  test('an agent that dies in the middle is told', async () => {
    agent.add(keys.ed25519)
    await agent.kill()
    await expect(logsIn()).rejects.toThrow('it does not reach its ssh agent')
    expect(said.join()).toContain('cannot be reached')
  })

  // Each byte string stands for the whole answer to a request to sign; the gateway must live.
  test.each<[string, string]>([
    ['nothing that is a signature', '0e'],
    ['random bytes', '0e00000021ffffffffffffffffffffffffffffffffffff'],
    ['an empty signature of the right kind', '0e0000000f0000000b7373682d6564323535313900000000'],
    ['an ECDSA signature in DER', '0e0000001d0000001365636473612d736861322d6e69737470323536000000023000'],
  ])('an answer that is %s is no login', async (_, hex) => {
    agent.add(hex.includes('6563') ? keys.ecdsa : keys.ed25519)
    const answer = (frame: Uint8Array) =>
      frame[4] === 14 ? writeFrame(readFrame(frame)?.talk ?? 0, Buffer.from(hex, 'hex')) : frame
    await expect(logsIn(server, { answer })).rejects.toThrow('the ssh agent did not sign')
  })

  function hostKeyOf({ host, port }: SshServer): string {
    const { stdout } = spawnSync('ssh-keyscan', ['-p', `${port}`, host], { encoding: 'utf8' })
    return /ssh-ed25519 \S+/.exec(stdout)?.[0] ?? ''
  }
})
