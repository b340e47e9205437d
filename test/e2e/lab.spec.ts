import { ipmitool } from '../lab/ipmitool.ts'
import { machineNeeds, startLabMachine } from '../lab/machine.ts'
import { consoleOn, expect, readable, test } from './fixtures.ts'

/** Emulated and on a busy machine; only what hangs comes near it. */
const bootMs = 300_000

const needs = await machineNeeds()

test('a whole Debian machine is added, switched on and logged in to over its BMC', async ({ admin }) => {
  test.skip(needs !== undefined, `needs ${needs}`)
  test.setTimeout(3 * bootMs)
  const machine = await startLabMachine()
  try {
    await readable(admin)
    await admin.getByRole('link', { name: 'Add device' }).click()
    await admin.getByLabel('Name', { exact: true }).fill('lab1')
    await admin.getByRole('combobox', { name: 'Transport' }).click()
    await admin.getByRole('option', { name: /^IPMI/ }).click()
    await admin.getByLabel('Host', { exact: true }).fill(machine.bmc.host)
    await admin.getByLabel('Port', { exact: true }).fill(String(machine.bmc.port))
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
  } finally {
    await machine.close()
  }
})
