import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ipmitool } from '../lab/ipmitool.ts'
import { machineNeeds, startLabMachine } from '../lab/machine.ts'
import { type KeyFile, makeKey } from '../lab/ssh-keys.ts'
import { consoleOn, demoDevice, expect, must, readable, test } from './fixtures.ts'

/** Emulated and on a busy machine; only what hangs comes near it. */
const bootMs = 300_000

const needs = await machineNeeds()

test('a whole Debian machine is added, switched on, logged in to over its BMC, and given keys that log in, and recovered', async ({
  admin,
  gateway,
}) => {
  test.skip(needs !== undefined, `needs ${needs}`)
  test.setTimeout(3 * bootMs)
  const machine = await startLabMachine()
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-lab-'))
  try {
    await readable(admin)
    await admin.getByRole('link', { name: 'Add device' }).click()
    await admin.getByLabel('Name', { exact: true }).fill('lab1')
    await admin.getByRole('combobox', { name: 'Transport' }).click()
    await admin.getByRole('option', { name: /^IPMI/ }).click()
    await admin.getByLabel('Host', { exact: true }).fill(machine.bmc.host)
    await admin.getByLabel('Port', { exact: true }).fill(String(machine.bmc.port))
    await admin.getByLabel('Address of the server').fill('127.0.0.1')
    await admin.getByLabel('User name').fill(machine.bmc.user)
    await admin.getByRole('combobox', { name: 'Cipher suite' }).click()
    await admin.getByRole('option', { name: /^3/ }).click()
    await admin.getByLabel('Password', { exact: true }).fill('not the password')
    await admin.getByRole('button', { name: 'Test connection' }).click()
    await expect(
      admin
        .getByText(/password/i)
        .filter({ hasText: /wrong|refused|does not take/i })
        .first(),
    ).toBeVisible({ timeout: bootMs })
    await admin.getByLabel('Password', { exact: true }).fill(machine.bmc.password)
    await admin.getByRole('button', { name: 'Test connection' }).click()
    await expect(admin.getByText(/^Connected in \d+\.\d s$/)).toBeVisible({ timeout: bootMs })
    await admin.getByRole('button', { name: 'Add device' }).click()

    const lab = await consoleOn(admin)
    await expect(lab.state).toContainText('Connected', { timeout: bootMs })
    await ipmitool(machine.bmc, 'chassis', 'power', 'on')
    const shows = (text: string | RegExp) =>
      expect(lab.rows.filter({ hasText: text }).first()).toBeAttached({ timeout: bootMs })
    await shows('lab1 login:')
    await lab.type('root\r')
    await shows('Password:')
    await lab.type(`${machine.rootPassword}\r`)
    await shows('root@lab1:~#')
    await lab.type('echo "I am $(id -un) on $(hostname), $((40 + 2))"\r')
    await shows('I am root on lab1, 42')
    await lab.type('exit\r')

    const key = await makeKey({ path: join(folder, 'key'), type: 'ed25519' })
    const person = await gateway.admin()
    const { id, projectId } = await demoDevice(person, 'lab1')
    const login = async () => (await person.call('GET', `/api/devices/${id}`)).body.console.login.state
    await expect.poll(login, { timeout: bootMs }).not.toBe('somebody')
    must(await person.call('POST', `/api/projects/${projectId}/keys`, { text: key.publicKey }))
    expect(shellOf(machine.sshPort, key)).toBe('')
    const push = async () => {
      await admin.getByRole('textbox', { name: 'Password of root' }).fill(machine.rootPassword)
      await admin.getByRole('textbox', { name: 'Port of its SSH server' }).fill(String(machine.sshPort))
      await admin.getByRole('button', { name: 'Push keys' }).click()
      const outcome = admin.getByRole('alert')
      await expect(outcome).toBeVisible({ timeout: bootMs })
      await expect(outcome).toContainText('Logged out')
      return admin.getByRole('table', { name: 'Keys that were pushed' }).getByRole('row').last()
    }
    const look = `stat -c '%i %y %z' .ssh/authorized_keys; cat .ssh/authorized_keys`
    await admin.getByRole('button', { name: 'More actions' }).click()
    await admin.getByRole('menuitem', { name: 'Push keys to this server' }).click()
    await expect(await push()).toContainText(/Added.*Accepted/s)
    await admin.screenshot({ path: test.info().outputPath('pushed.png'), fullPage: true })
    expect(shellOf(machine.sshPort, key)).toBe('root\n')
    const before = shellOf(machine.sshPort, key, look)
    expect(before).toContain(key.publicKey)

    await admin.goBack()
    await expect(await push()).toContainText(/Already there.*Accepted/s)
    expect(shellOf(machine.sshPort, key, look)).toBe(before)

    const { host, port, user: username, password } = machine.bmc
    const control = { kind: 'ipmi', host, port, username, cipherSuite: 3, efi: false }
    must(await person.call('PUT', `/api/devices/${id}/power/control`, { control, password }))
    const later = await makeKey({ path: join(folder, 'later'), type: 'ecdsa' })
    must(await person.call('POST', `/api/projects/${projectId}/keys`, { text: later.publicKey }))
    expect(shellOf(machine.sshPort, later)).toBe('')
    await admin.goto(`${gateway.url}/devices/${id}/recover`)
    await admin.getByRole('radio', { name: 'Nothing of these' }).check()
    await admin.getByRole('textbox', { name: 'Port of its SSH server' }).fill(String(machine.sshPort))
    await admin.getByRole('textbox', { name: 'Type lab1 to go on' }).fill('lab1')
    await admin.getByRole('button', { name: 'Recover access' }).click()
    await expect(admin.getByRole('alert')).toContainText('Root has a new password', { timeout: 2 * bootMs })
    const end = admin.getByRole('alert')
    await expect(end).toContainText(/It is destroyed in (?:23|24) h\./)
    await expect(end).toContainText(`ssh -p ${machine.sshPort} root@127.0.0.1`)
    await expect(end).toContainText(`putty -ssh -P ${machine.sshPort} root@127.0.0.1`)
    await admin.screenshot({ path: test.info().outputPath('recovered.png'), fullPage: true })
    const keys = admin.getByRole('link', { name: 'See its keys being pushed' })
    const pushed = await keys.getAttribute('href')
    await admin.getByRole('link', { name: 'Show the root password' }).click()
    await expect(admin.getByText(/set by a recovery\. It is destroyed in (?:23|24) h\./)).toBeVisible()
    expect(shellOf(machine.sshPort, key, 'cat /proc/cmdline')).not.toContain('init=')
    await admin.goto(gateway.url + pushed)
    const table = admin.getByRole('table', { name: 'Keys that were pushed' })
    await expect(table.getByRole('row').last()).toBeVisible({ timeout: bootMs })
    await expect(table).toContainText(/Added.*Accepted/s)
    await expect(table).toContainText(/Already there.*Accepted/s)
    expect(shellOf(machine.sshPort, later)).toBe('root\n')
    // The folder was made by the first push, and nothing was made in it since.
    const changed = 'find /etc /boot /usr /root -xdev -type f -newer .ssh | sort'
    expect(shellOf(machine.sshPort, key, changed).split('\n')).toEqual([
      '/etc/shadow',
      '/etc/shadow-',
      '/root/.ssh/authorized_keys',
      '',
    ])
  } finally {
    await machine.close()
    await rm(folder, { recursive: true })
  }
})

/** What a command prints there, run by the real ssh with that key alone; empty where it is not let in. */
function shellOf(port: number, { path }: KeyFile, command = 'id -un'): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
  ]
  const args = [...options.flatMap((option) => ['-o', option]), '-i', path, '-p', `${port}`, 'root@127.0.0.1']
  return spawnSync('ssh', [...args, command], { encoding: 'utf8' }).stdout
}
