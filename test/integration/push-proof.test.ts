import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import type { Push } from '../../server/contract/pushes.ts'
import { keyLine } from '../fakes/key-lines.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { startGettyPort } from '../lab/getty-port.ts'
import { startSshd } from '../lab/sshd.ts'
import { startGateway } from './gateway.ts'

const needs = gettyNeeds()
const password = 'not of this machine'

describe.skipIf(needs !== undefined)(
  'a key that stands there and does not let in',
  { concurrent: true },
  () => {
    test.for([
      ['PubkeyAuthentication no', ['PubkeyAuthentication is no: this server takes no keys.']],
      // sshd says yes to the question all the same.
      ['PermitRootLogin no', ['PermitRootLogin is no: root may not log in over SSH at all.']],
    ] as const)('is told with its reason: %s', async ([setting, reasons], { expect }) => {
      const folder = await mkdtemp(join(tmpdir(), 'lifeline-proof-'))
      const server = await startSshd({ config: [setting, `AuthorizedKeysFile ${join(folder, '%u_keys')}`] })
      const scan = `ssh-keyscan -t ed25519 -p ${server.port} ${server.host} 2>/dev/null`
      // The sshd of that machine, as a look finds it.
      const prepare = `${scan} | cut -d' ' -f2- >/etc/ssh/ssh_host_ed25519_key.pub; echo '${setting}' >/etc/ssh/sshd_config`
      const far = await startGettyPort({ password, prepare })
      const gateway = await startGateway()
      try {
        await symlink(join(far.machine.root, '.ssh/authorized_keys'), join(folder, 'root_keys'))
        const projectId = await gateway.project('fleet')
        await gateway.admin.call('POST', `/api/projects/${projectId}/keys`, { text: keyLine('ann') })
        const { id } = await gateway.tcpDevice(projectId, 'box', far.port)
        await gateway.admin.call('PATCH', `/api/devices/${id}`, { address: server.host })
        const line = async () =>
          (await gateway.admin.call('GET', `/api/devices/${id}`)).body.console.line.state
        await expect.poll(line, { timeout: 60_000 }).toBe('online')
        const order = { devices: [id], port: server.port, password: { from: 'given', password } }
        const { body } = await gateway.admin.call('POST', '/api/pushes', order)
        const push = async (): Promise<Push> =>
          (await gateway.admin.call('GET', `/api/pushes/${body.id}`)).body
        await expect.poll(async () => (await push()).endedAt, { timeout: 60_000 }).not.toBeNull()
        const [device] = (await push()).devices
        expect(device).toMatchObject({
          state: 'done',
          keys: [{ result: 'added', proof: 'refused', reasons }],
        })
      } finally {
        await gateway.close()
        await far.close()
        await server.close()
        await rm(folder, { recursive: true })
      }
    })
  },
)
