import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ipmitool } from '../lab/ipmitool.ts'
import { machineNeeds, startLabMachine } from '../lab/machine.ts'
import { type KeyFile, makeKey } from '../lab/ssh-keys.ts'
import { consoleOn, demoDevice, expect, expectAccessible, must, readable, test } from './fixtures.ts'

/** Emulated and on a busy machine; only what hangs comes near it. */
const bootMs = 300_000

const needs = await machineNeeds()

test('a whole Debian machine is added, switched on, logged in to over its BMC, and given keys that log in, and recovered', async ({
  admin,
  gateway,
}) => {
  test.skip(needs !== undefined, `needs ${needs}`)
  test.setTimeout(3 * bootMs)
  const heard: Buffer[] = []
  const machine = await startLabMachine({ heard: (bytes) => heard.push(bytes) })
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
    const file = shellOf(machine.sshPort, key, look)
    expect(file).toContain(key.publicKey)

    await admin.goBack()
    await expect(await push()).toContainText(/Already there.*Accepted/s)
    expect(shellOf(machine.sshPort, key, look)).toBe(file)

    const { host, port, user: username, password } = machine.bmc
    const control = { kind: 'ipmi', host, port, username, cipherSuite: 3, efi: false }
    must(await person.call('PUT', `/api/devices/${id}/power/control`, { control, password }))
    const later = await makeKey({ path: join(folder, 'later'), type: 'ecdsa' })
    must(await person.call('POST', `/api/projects/${projectId}/keys`, { text: later.publicKey }))
    expect(shellOf(machine.sshPort, later)).toBe('')
    const services = shellOf(machine.sshPort, key, running)
    expect(services).toContain('ssh.service')
    // Nobody has the password, and the account is locked, has expired, and may not keep what password it has.
    const before = filesIn(
      shellOf(machine.sshPort, key, `usermod -L -e 1 root; chage -d 0 root; sync; ${list}`),
    )
    expect(shellOf(machine.sshPort, key)).toBe('')
    await admin.goto(`${gateway.url}/devices/${id}/recover`)
    await admin.getByRole('radio', { name: 'Nothing of these' }).check()
    await admin.getByRole('textbox', { name: 'Port of its SSH server' }).fill(String(machine.sshPort))
    await admin.getByRole('textbox', { name: 'Type lab1 to go on' }).fill('lab1')
    await admin.getByRole('button', { name: 'Recover access' }).click()
    const step = admin.getByRole('list', { name: 'Steps' }).getByRole('listitem')
    await expect(step.filter({ hasText: 'Boot into a shell' })).toHaveAttribute('aria-current', 'step', {
      timeout: bootMs,
    })
    await expectAccessible(admin)
    await admin.screenshot({ path: test.info().outputPath('recovering.png'), fullPage: true })
    const end = admin.getByRole('alert').filter({ hasText: 'Root has a new password' })
    await expect(end).toBeVisible({ timeout: 2 * bootMs })
    await expect(end).toContainText(/It is destroyed in (?:23|24) h\./)
    await expect(end).toContainText(`ssh -p ${machine.sshPort} root@127.0.0.1`)
    await expect(end).toContainText(`putty -ssh -P ${machine.sshPort} root@127.0.0.1`)
    const taken = admin.getByRole('alert').filter({ hasText: 'Its keys are there' })
    await expect(taken).toContainText('Its SSH server accepts 2 of 2.', { timeout: bootMs })
    await expectAccessible(admin)
    await admin.screenshot({ path: test.info().outputPath('recovered.png'), fullPage: true })
    await admin.emulateMedia({ colorScheme: 'dark' })
    await admin.setViewportSize({ width: 390, height: 844 })
    await admin.screenshot({ path: test.info().outputPath('recovered-phone-dark.png'), fullPage: true })
    const pushed = await admin.getByRole('link', { name: 'See that push' }).getAttribute('href')
    await admin.getByRole('link', { name: 'Show the root password' }).click()
    await expect(admin.getByText(/set by a recovery\. It is destroyed in (?:23|24) h\./)).toBeVisible()
    expect(shellOf(machine.sshPort, key, 'cat /proc/cmdline')).not.toContain('init=')
    await admin.goto(gateway.url + pushed)
    const table = admin.getByRole('table', { name: 'Keys that were pushed' })
    await expect(table.getByRole('row').last()).toBeVisible({ timeout: bootMs })
    await expect(table).toContainText(/Added.*Accepted/s)
    await expect(table).toContainText(/Already there.*Accepted/s)
    expect(shellOf(machine.sshPort, later)).toBe('root\n')
    const after = filesIn(shellOf(machine.sshPort, key, list))
    const paths = [...new Set([...before.keys(), ...after.keys()])]
    const changed = paths.filter(
      (path) => before.get(path) !== after.get(path) && !ofARunningSystem.test(path),
    )
    expect(before.size).toBeGreaterThan(5000)
    expect(changed.sort()).toEqual(['/etc/shadow', '/etc/shadow-', '/root/.ssh/authorized_keys'])
    await expect.poll(() => shellOf(machine.sshPort, key, running), { timeout: bootMs }).toBe(services)

    const reveal = { reason: 'to type it' }
    const revealed = must(await person.call('POST', `/api/devices/${id}/root-password/reveal`, reveal)).body
    await admin.goto(`${gateway.url}/devices/${id}`)
    const { rows, type } = await consoleOn(admin)
    await expect(rows.filter({ hasText: 'lab1 login:' }).first()).toBeAttached()
    const prompts = rows.filter({ hasText: /^Password:/ })
    const asked = await prompts.count()
    await type('root\r')
    await expect(prompts).toHaveCount(asked + 1, { timeout: bootMs })
    await type(`${revealed.password}\r`)
    await expect(rows.filter({ hasText: 'root@lab1:~#' }).last()).toBeAttached({ timeout: bootMs })
    await type('echo "I am still $(id -un), $((40 + 3))"\r')
    await expect(rows.filter({ hasText: 'I am still root, 43' }).first()).toBeAttached({ timeout: bootMs })
    await type('exit\r')
    expect(Buffer.concat(heard).toString('latin1')).not.toContain(revealed.password)
  } finally {
    await machine.close()
    await rm(folder, { recursive: true })
  }
})

const running =
  "systemctl list-units --type=service --state=running --plain --no-legend | cut -d' ' -f1 | sort"

/**
 * Each file of its whole file system, with all that changes when anybody writes to it: no program can set the time of the last change
 * (the third of stat(2)'s). Of a folder, that it is there, and whose.
 */
const list =
  "find / -xdev '(' -type d -printf '%p\\t%y %m %U %G\\n' -o -printf '%p\\t%y %i %m %U %G %s %C@ %l\\n' ')'"

const filesIn = (listed: string): Map<string, string> =>
  new Map(listed.split('\n').map((line) => [line.split('\t')[0] ?? '', line]))

/** Who logged in and who failed to, the system's journal, clock, timers and random seed, and what is made anew at each start. */
const ofARunningSystem = /^\/var\/(?:log|lib\/systemd|tmp)\/|^\/tmp\//

/** What a command prints there, run by the real ssh with that key alone; empty where it is not let in. */
function shellOf(port: number, { path }: KeyFile, command = 'id -un'): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
  ]
  const args = [...options.flatMap((option) => ['-o', option]), '-i', path, '-p', `${port}`, 'root@127.0.0.1']
  return spawnSync('ssh', [...args, command], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout
}
