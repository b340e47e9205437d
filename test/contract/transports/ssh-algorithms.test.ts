import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { accountsCanBeMade, type LabAccount, labAccount } from '../../lab/account.ts'
import { makeKey } from '../../lab/ssh-keys.ts'
import { type SshdOptions, type SshServer, startSshd } from '../../lab/sshd.ts'
import { startOldSshServer } from './old-ssh-server.ts'
import { openSsh, refusal } from './open-ssh.ts'

const oldOnly: Record<string, SshdOptions> = {
  'key exchange: diffie-hellman-group14-sha1': { config: ['KexAlgorithms diffie-hellman-group14-sha1'] },
  'key exchange: diffie-hellman-group1-sha1': { config: ['KexAlgorithms diffie-hellman-group1-sha1'] },
  'key exchange: diffie-hellman-group-exchange-sha1': {
    config: ['KexAlgorithms diffie-hellman-group-exchange-sha1'],
  },
  'host key: ssh-rsa': { hostKeys: ['rsa'], config: ['HostKeyAlgorithms ssh-rsa'] },
  'host key: ssh-dss': { hostKeys: ['dsa'], config: ['HostKeyAlgorithms ssh-dss'] },
  'cipher: aes128-cbc': { config: ['Ciphers aes128-cbc'] },
  'cipher: 3des-cbc': { config: ['Ciphers 3des-cbc'] },
  'MAC: hmac-sha1': { config: ['MACs hmac-sha1', 'Ciphers aes128-ctr'] },
}

describe.skipIf(!accountsCanBeMade())('an SSH server of long ago (needs root, for a real account)', () => {
  let account: LabAccount
  const servers: SshServer[] = []

  beforeAll(async () => {
    account = await labAccount()
  })

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })

  const start = async (options: SshdOptions) => {
    const server = await startSshd(options)
    servers.push(server)
    return server
  }

  const attempt = (far: SshServer, legacyAlgorithms: boolean) => ({
    port: far.port,
    secrets: { password: account.password },
    config: { legacyAlgorithms, hostKey: Object.values(far.fingerprints)[0] ?? '' },
  })

  it.each(Object.entries(oldOnly))(
    'that offers only %s is reached with old algorithms',
    async (offer, options) => {
      const server = await start(options)
      const cause = await refusal(attempt(server, false))
      expect(cause.code).toBe('no-common-algorithm')
      expect(cause.message).toContain(`It offers ${offer}.`)
      expect(cause.message).toContain('legacyAlgorithms')
      const { link } = await openSsh(attempt(server, true))
      await link.close()
    },
  )

  it('that offers nothing the gateway knows is told apart', async () => {
    const server = await start({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] })
    const cause = await refusal(attempt(server, true))
    expect(cause.code).toBe('no-common-algorithm')
    expect(cause.message).toContain('sntrup761x25519-sha512@openssh.com')
    expect(cause.message).toContain('knows none of these')
  })
})

describe('an SSH server that knows RSA with SHA-1 alone', () => {
  it('gets no such signature, unless old algorithms are switched on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-keys-'))
    const { privateKey } = await makeKey({ path: join(folder, 'key'), type: 'rsa' })
    const server = await startOldSshServer()
    const attempt = (legacyAlgorithms: boolean) => ({
      port: server.port,
      secrets: { privateKey },
      config: { legacyAlgorithms, hostKey: server.fingerprint },
    })
    const cause = await refusal(attempt(false))
    expect(cause.code).toBe('no-common-algorithm')
    expect(cause.message).toContain('SHA-1')
    expect(server.signatures).toEqual([])
    const { link } = await openSsh(attempt(true))
    expect(server.signatures).toEqual(['ssh-rsa'])
    await link.close()
    await server.close()
    await rm(folder, { recursive: true })
  })
})
