import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type NewMachine, newMachine } from '../lab/first-boot.ts'
import { machineNeeds } from '../lab/machine.ts'
import { type Answer, startGateway, type TestGateway } from './gateway.ts'
import { view } from './viewer.ts'

const run = promisify(execFile)
/** Emulated, with keys to make, and on a busy machine; only what hangs comes near it. */
const bootMs = 600_000
const timeout = 2 * bootMs

const needs = await machineNeeds()

// One machine for the whole file: each test begins where the one before it ended.
describe.skipIf(needs !== undefined)(
  needs === undefined
    ? "Debian's cloud-init at first boot"
    : `Debian's cloud-init at first boot (needs ${needs})`,
  () => {
    let folder: string
    let gateway: TestGateway
    let machine: NewMachine
    let device: string
    let address: string
    let password: string

    const get = (path: string): Promise<Answer> => gateway.admin.call('GET', `/api/devices/${device}${path}`)
    const publicKey = () => readFile(join(folder, 'key.pub'), 'utf8')

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lifeline-first-boot-test-'))
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ann', '-f', join(folder, 'key')])
      gateway = await startGateway()
      machine = await newMachine()
      const projectId = await gateway.project('fleet')
      await gateway.admin.call('POST', `/api/projects/${projectId}/keys`, { text: await publicKey() })
      const transport = { kind: 'telnet', host: '127.0.0.1', port: machine.consolePort }
      const made = await gateway.admin.call('POST', '/api/devices', { projectId, name: 'fresh-1', transport })
      device = made.body.id
    })
    afterAll(async () => {
      await machine?.close()
      await gateway?.close()
      await rm(folder, { recursive: true, force: true })
    })

    test('makes it phone home, once it was marked and switched on', { timeout }, async () => {
      await expect.poll(async () => (await get('')).body.console.line.state).toBe('online')
      const marked = await gateway.admin.call('POST', `/api/devices/${device}/provisioning`, {})
      address = marked.body.address
      const asTheMachineSeesIt = address.replace('127.0.0.1', '10.0.2.2')
      await machine.switchOn(asTheMachineSeesIt)
      const state = async () => (await get('/provisioning')).body.provisioning.state
      await expect.poll(state, { timeout: bootMs, interval: 200 }).toBe('provisioned')
    })

    test('kills its address', async () => {
      for (const document of [
        'meta-data',
        'user-data',
        'vendor-data',
        'network-config',
        'authorized_keys',
        'metadata',
      ]) {
        const answer = await fetch(address + document)
        expect([document, answer.status]).toEqual([document, 410])
      }
    })

    test('has the console say the same host keys as the network', { timeout }, async () => {
      await expect.poll(async () => (await get('/host-keys')).body.state, { timeout: bootMs }).toBe('agree')
      const { keys } = (await get('/host-keys')).body
      expect(keys.map(({ type }: { type: string }) => type)).toEqual([
        'ecdsa-sha2-nistp256',
        'ssh-ed25519',
        'ssh-rsa',
      ])
    })

    test('lets the portal key in, as root, to a host that ssh can verify', { timeout }, async () => {
      await expect(onMachine('id -un; hostname; cat /root/.ssh/authorized_keys')).resolves.toBe(
        `root\nfresh-1\n${await publicKey()}`,
      )
    })

    test('gives root the password that the vault shows, on the console', { timeout }, async () => {
      const shown = await gateway.admin.call('POST', `/api/devices/${device}/root-password/reveal`, {
        reason: 'a test',
      })
      password = shown.body.password
      const viewer = await view(gateway.admin.socket(device))
      viewer.type('\r')
      await viewer.sees('fresh-1 login: ')
      viewer.type('root\r')
      await viewer.sees('Password: ')
      viewer.type(`${password}\r`)
      await viewer.sees('root@fresh-1:~# ')
      viewer.type('exit\r')
      await viewer.close()
    })

    test('leaves the password nowhere but as a hash', { timeout }, async () => {
      const found = await onMachine(
        `grep -rlF ${password} /etc /root /var/lib/cloud /var/log /run/cloud-init || echo nowhere`,
      )
      expect(found).toBe('nowhere\n')
      expect(gateway.logged()).not.toContain(password)
      expect(gateway.logged()).not.toContain(address.split('/')[4])
    })

    /** Runs a command there as a colleague would: with their key, and the known_hosts that the gateway serves. */
    async function onMachine(command: string): Promise<string> {
      const known = join(folder, 'known_hosts')
      await writeFile(known, (await gateway.admin.call('GET', '/api/known_hosts?hashed=1')).text)
      const options = [
        ...['-F', 'none', '-i', join(folder, 'key'), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes'],
        ...[
          '-o',
          `UserKnownHostsFile=${known}`,
          '-o',
          'StrictHostKeyChecking=yes',
          '-o',
          'HostKeyAlias=fresh-1',
        ],
      ]
      const { stdout } = await run('ssh', [
        ...options,
        '-p',
        String(machine.sshPort),
        'root@127.0.0.1',
        command,
      ])
      return stdout
    }
  },
)
