import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountsCanBeMade, type LabAccount, labAccount } from '../../lab/account.ts'
import { startDropbear } from '../../lab/dropbear.ts'
import type { KeyType } from '../../lab/ssh-keys.ts'
import { type SshServer, startSshd } from '../../lab/sshd.ts'
import { openSsh, refusal } from './open-ssh.ts'

const nobodysKey = `SHA256:${'A'.repeat(43)}`

describe.skipIf(!accountsCanBeMade())(
  'the host key of an SSH server (needs root, for a real account)',
  () => {
    let account: LabAccount
    const servers: SshServer[] = []

    beforeAll(async () => {
      account = await labAccount()
    })

    afterAll(() => Promise.all(servers.map((server) => server.close())))

    const start = async (hostKeys: KeyType[]) => {
      const server = await startSshd({ hostKeys })
      servers.push(server)
      return server
    }

    const attempt = (far: SshServer, hostKey?: string) => ({
      port: far.port,
      secrets: { password: account.password },
      config: hostKey === undefined ? {} : { hostKey },
    })

    it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
      'of type %s is shown as ssh-keygen shows it, and accepted then',
      async (type) => {
        const far = await start([type])
        const cause = await refusal(attempt(far))
        expect(cause).toMatchObject({ code: 'host-key-unknown', offered: far.fingerprints[type] })
        expect(cause.message).toContain(far.fingerprints[type])
        const { link } = await openSsh(attempt(far, cause.offered))
        await link.close()
      },
    )

    it('of dropbear is shown as dropbearkey shows it', async () => {
      const far = await startDropbear({ hostKeys: ['ecdsa'] })
      servers.push(far)
      expect(await refusal(attempt(far))).toMatchObject({
        code: 'host-key-unknown',
        offered: far.fingerprints.ecdsa,
      })
    })

    it('that is not accepted gets no word of a login', async () => {
      const far = await start(['ed25519'])
      await refusal(attempt(far))
      await far.waitForLog(/Connection (?:closed|reset)/)
      await refusal(attempt(far, nobodysKey))
      expect(far.log()).not.toMatch(/userauth-request|for (?:invalid )?user|lifeline-lab/)
    })

    it('that has changed is refused with both fingerprints', async () => {
      const far = await start(['ed25519', 'ecdsa', 'rsa'])
      const cause = await refusal(attempt(far, nobodysKey))
      expect(cause).toMatchObject({ code: 'host-key-changed', offered: far.fingerprints.ed25519 })
      expect(cause.message).toContain(nobodysKey)
      expect(cause.message).toContain(far.fingerprints.ed25519)
    })

    it.each([
      { type: 'ed25519', asked: ['ssh-ed25519'] },
      { type: 'ecdsa', asked: ['ssh-ed25519', 'ecdsa-sha2-nistp256'] },
      { type: 'rsa', asked: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512'] },
    ] as const)(
      'of type $type is found among the others of the host, each asked for once',
      async ({ type, asked }) => {
        const far = await start(['ed25519', 'ecdsa', 'rsa'])
        const { link } = await openSsh(attempt(far, far.fingerprints[type]))
        await link.close()
        const negotiated = [...far.log().matchAll(/kex: host key algorithm: (\S+)/g)].map(([, name]) => name)
        expect(negotiated).toEqual(asked)
      },
    )

    it('is not another one of an old type, while these are off', async () => {
      const far = await startSshd({ hostKeys: ['ed25519', 'dsa'], config: ['HostKeyAlgorithms +ssh-dss'] })
      servers.push(far)
      expect((await refusal(attempt(far, far.fingerprints.dsa))).code).toBe('host-key-changed')
      const { link } = await openSsh({
        ...attempt(far),
        config: { hostKey: far.fingerprints.dsa ?? '', legacyAlgorithms: true },
      })
      await link.close()
    })

    it('is looked at again when keys are exchanged anew in the middle of a flood', async () => {
      const far = await startSshd({ config: ['RekeyLimit 64K', 'ForceCommand head -c 1000000 /dev/zero'] })
      servers.push(far)
      const { printed, closed } = await openSsh(attempt(far, far.fingerprints.ed25519))
      expect(await closed).toMatchObject({ code: 'program-ended' })
      expect(printed().length).toBe(1_000_000)
      expect((far.log().match(/rekey/gi) ?? []).length).toBeGreaterThan(2)
    })
  },
)
