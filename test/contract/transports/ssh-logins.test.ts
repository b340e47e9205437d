import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountsCanBeMade, type LabAccount, labAccount } from '../../lab/account.ts'
import { type DeviceSocket, startDeviceSocket } from '../../lab/device-socket.ts'
import { startDropbear } from '../../lab/dropbear.ts'
import { type KeyFile, type KeyType, makeKey } from '../../lab/ssh-keys.ts'
import { type SshdOptions, type SshServer, startSshd } from '../../lab/sshd.ts'
import { openSsh, refusal, type SshAttempt } from './open-ssh.ts'

describe.skipIf(!accountsCanBeMade())('logging in over SSH (needs root, for a real account)', () => {
  let account: LabAccount
  let device: DeviceSocket
  let folder: string
  const servers: SshServer[] = []

  beforeAll(async () => {
    account = await labAccount()
    device = await startDeviceSocket()
    folder = await mkdtemp(join(tmpdir(), 'lifeline-keys-'))
  })

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()))
    await device.close()
    await rm(folder, { recursive: true, force: true })
  })

  const sshd = async (options: SshdOptions = {}) => {
    const server = await startSshd({ command: device.command, ...options })
    servers.push(server)
    return server
  }

  let keys = 0
  const key = (options: Omit<Parameters<typeof makeKey>[0], 'path'>): Promise<KeyFile> => {
    keys += 1
    return makeKey({ path: join(folder, `key${keys}`), ...options })
  }

  const attempt = (
    far: SshServer,
    secrets: SshAttempt['secrets'],
    config: SshAttempt['config'] = {},
  ): SshAttempt => {
    const hostKey = Object.values(far.fingerprints)[0] ?? ''
    return { port: far.port, secrets: secrets ?? {}, config: { hostKey, ...config } }
  }

  /** Opens, types, and looks whether the device got it. */
  const getsThrough = async (request: SshAttempt): Promise<boolean> => {
    const { link } = await openSsh(request)
    await device.joined()
    const word = `typed ${Math.random()}`
    link.write(Buffer.from(word))
    await expect.poll(() => device.received().toString(), { timeout: 10_000 }).toContain(word)
    await link.close()
    return true
  }

  describe('with a password', () => {
    it('answers the question of keyboard-interactive', async () => {
      const far = await sshd({ config: ['PasswordAuthentication no'] })
      expect(await getsThrough(attempt(far, { password: account.password }))).toBe(true)
      expect(far.log()).toMatch(/Accepted keyboard-interactive/)
    })

    it('sends it the plain way', async () => {
      const far = await sshd({ config: ['KbdInteractiveAuthentication no'] })
      expect(await getsThrough(attempt(far, { password: account.password }))).toBe(true)
      expect(far.log()).toMatch(/Accepted password/)
    })

    it('gets in at dropbear', async () => {
      const far = await startDropbear({ command: device.command })
      servers.push(far)
      expect(await getsThrough(attempt(far, { password: account.password }))).toBe(true)
    })

    it('says that it is wrong, once, and what is accepted', async () => {
      const far = await sshd()
      const cause = await refusal(attempt(far, { password: 'not-the-password' }))
      expect(cause.code).toBe('wrong-credentials')
      expect(cause.message).toContain('did not accept the password of lifeline-lab')
      expect(cause.message).toMatch(/It accepts: .*password/)
      await far.waitForLog(/Failed \S+ for lifeline-lab/)
      await far.waitForLog(/Connection (?:closed|reset|from authenticating)|Received disconnect|Disconnected/)
      expect(far.log().match(/Failed (?:password|keyboard-interactive\S*) for/g)).toHaveLength(1)
    })

    it('says that the account wants something else', async () => {
      const far = await sshd({ config: ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'] })
      const cause = await refusal(attempt(far, { password: account.password }))
      expect(cause.code).toBe('credentials-missing')
      expect(cause.message).toContain('It accepts: publickey.')
    })

    it('says that there is none', async () => {
      const cause = await refusal(attempt(await sshd(), {}))
      expect(cause.code).toBe('credentials-missing')
      expect(cause.message).toContain('neither password nor key')
    })
  })

  describe('with a key', () => {
    const kinds: { type: KeyType; format?: 'PEM' | 'PKCS8'; passphrase?: string }[] = [
      { type: 'ed25519' },
      { type: 'ed25519', passphrase: 'open sesame' },
      { type: 'ecdsa' },
      { type: 'ecdsa', format: 'PEM' },
      { type: 'ecdsa', format: 'PKCS8', passphrase: 'open sesame' },
      { type: 'rsa' },
      { type: 'rsa', format: 'PEM' },
      { type: 'rsa', format: 'PEM', passphrase: 'open sesame' },
      { type: 'rsa', format: 'PKCS8' },
      { type: 'rsa', passphrase: 'open sesame' },
    ]
    it.each(kinds)('of type $type, format $format, passphrase $passphrase', async (kind) => {
      const { publicKey, privateKey } = await key(kind)
      const far = await sshd({ authorizedKey: publicKey })
      const { passphrase } = kind
      const secrets = { privateKey, ...(passphrase === undefined ? {} : { passphrase }) }
      expect(await getsThrough(attempt(far, secrets))).toBe(true)
      expect(far.log()).toMatch(/Accepted publickey/)
    })

    it('as Windows editors leave it: CR LF and blank lines around', async () => {
      const { publicKey, privateKey } = await key({ type: 'ed25519' })
      const far = await sshd({ authorizedKey: publicKey })
      const worn = `\r\n${privateKey.replaceAll('\n', '\r\n')}\r\n`
      expect(await getsThrough(attempt(far, { privateKey: worn }))).toBe(true)
    })

    it('gets in at dropbear', async () => {
      const { publicKey, privateKey } = await key({ type: 'rsa' })
      const withdraw = await account.authorize(publicKey)
      const far = await startDropbear({ command: device.command })
      servers.push(far)
      expect(await getsThrough(attempt(far, { privateKey }))).toBe(true)
      await withdraw()
    })

    it('comes before the password, and a wrong one does not stand in its way', async () => {
      const { privateKey } = await key({ type: 'ed25519' })
      const far = await sshd()
      expect(await getsThrough(attempt(far, { privateKey, password: account.password }))).toBe(true)
    })

    it('and then the password, where both are asked for', async () => {
      const { publicKey, privateKey } = await key({ type: 'ed25519' })
      const far = await sshd({
        authorizedKey: publicKey,
        config: ['AuthenticationMethods publickey,password'],
      })
      expect(await getsThrough(attempt(far, { privateKey, password: account.password }))).toBe(true)
    })

    it('says that the far end does not know it', async () => {
      const { privateKey } = await key({ type: 'ed25519' })
      const cause = await refusal(attempt(await sshd(), { privateKey }))
      expect(cause.code).toBe('wrong-credentials')
      expect(cause.message).toContain('did not accept the key of lifeline-lab')
    })
  })

  describe('with a key that cannot be used', () => {
    let far: SshServer
    beforeAll(async () => {
      far = await sshd()
    })

    it('says that the passphrase is missing or wrong, and nothing of the key', async () => {
      const { privateKey } = await key({ type: 'ed25519', passphrase: 'open sesame' })
      expect(await refusal(attempt(far, { privateKey }))).toMatchObject({ code: 'credentials-missing' })
      const wrong = await refusal(attempt(far, { privateKey, passphrase: 'close sesame' }))
      expect(wrong.code).toBe('wrong-credentials')
      expect(wrong.message).toContain('passphrase')
      expect(wrong.message).not.toContain('sesame')
    })

    it('says that it is none, and nothing of what it is', async () => {
      const { privateKey, publicKey } = await key({ type: 'ed25519' })
      const halves = [
        privateKey.slice(0, 200),
        privateKey.replace(/\n.{20}/, '\n'),
        publicKey,
        'hunter2',
        '{}',
      ]
      for (const half of halves) {
        const cause = await refusal(attempt(far, { privateKey: half }))
        expect(cause.code).toBe('wrong-credentials')
        expect(cause.message).toContain('private key cannot be read')
        for (const line of half.split(/\s/)) if (line.length > 6) expect(cause.message).not.toContain(line)
      }
    })
  })
})
