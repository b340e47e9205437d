import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { fingerprintOf, keyLine } from '../fakes/key-lines.ts'
import { startDevice, type TestDevice } from '../integration/device.ts'
import type { Person } from '../integration/gateway.ts'
import { demoDevice, expect, must, pageOf, test } from './fixtures.ts'

/** The console of a machine that is about to boot for the first time. */
let machine: TestDevice
test.beforeEach(async () => {
  machine = await startDevice()
})
test.afterEach(() => machine.close())

/** The machine as a device of the demo devices' project, its line up. Only an admin may add one on loopback. */
async function addMachine(person: Person): Promise<string> {
  const { projectId } = await demoDevice(person, 'demo-box')
  const transport = { kind: 'tcp', host: '127.0.0.1', port: machine.port }
  const device = { projectId, name: 'fresh-1', address: 'fresh-1.example.net', transport }
  const { id } = must(await person.call('POST', '/api/devices', device)).body
  await machine.connected()
  return id
}

/** As cloud-init prints it (cc_keys_to_console). */
async function printHostKey(person: Person, id: string, line: string): Promise<void> {
  const block = `-----BEGIN SSH HOST KEY KEYS-----\r\n${line}\r\n-----END SSH HOST KEY KEYS-----\r\n`
  await machine.print(`booting\r\n${block}login: `)
  const lastLine = async () => must(await person.call('GET', `/api/devices/${id}`)).body.console.lastLine
  await expect.poll(lastLine).toBe('login:')
}

function phoneHome(address: string, hostKey: string): Promise<Response> {
  const body = new URLSearchParams({ pub_key_ed25519: hostKey, hostname: 'fresh-1' })
  return fetch(`${address}phone-home`, { method: 'POST', body })
}

test('a device is marked, a machine boots with the address, and is known from then on', async ({
  browser,
  gateway,
}) => {
  const ann = await gateway.person('Ann')
  await gateway.join(ann, 'owner')
  const [mine, hostKey] = [keyLine('ann@desk'), keyLine('root@fresh-1')]
  const id = await addMachine(await gateway.admin())
  const page = await pageOf(browser, gateway, ann)
  await page.goto(`${gateway.url}/devices/${id}/first-boot`)
  await expect(page.getByText('fresh-1 is not marked')).toBeVisible()
  const warning = page.getByText('No key would be handed out')
  await expect(warning).toBeVisible()
  must(await ann.call('POST', '/api/keys', { text: mine }))
  await expect(warning).toHaveCount(0)
  await page.getByRole('button', { name: 'Mark to be provisioned' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make address' }).click()
  const address = await copyAddress(page)

  const state = page.getByRole('region', { name: 'State' }).getByRole('status')
  await expect(state).toContainText('Waiting')
  // It was shown once.
  await page.reload()
  await expect(state).toContainText('Waiting')
  await expect(page.getByText(address)).toHaveCount(0)

  expect(await (await fetch(`${address}user-data`)).text()).toContain(mine)
  await expect(state).toContainText('A machine at 127.0.0.1 has fetched its keys')
  await printHostKey(ann, id, hostKey)
  expect((await phoneHome(address, hostKey)).status).toBe(204)
  await expect(state).toContainText('Provisioned')
  expect((await fetch(`${address}user-data`)).status).toBe(410)
  await expect(page.getByText('Verified out of band')).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations).toEqual([])

  await page.getByRole('link', { name: 'Connect', exact: true }).click()
  const lines = page.getByText(`fresh-1,fresh-1.example.net ${hostKey.split(' ', 2).join(' ')}`)
  await expect(lines).toBeVisible()
  await expect(page.getByText(fingerprintOf(hostKey))).toBeVisible()
  await page.getByRole('link', { name: 'Who can log in' }).click()
  await expect(page.getByRole('row', { name: /ann@desk/ })).not.toContainText('never')
})

/** From the dialog that shows it, by the clipboard. */
async function copyAddress(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const dialog = page.getByRole('dialog', { name: 'How fresh-1 gets its keys' })
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Copy the address' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  const address = await page.evaluate(() => navigator.clipboard.readText())
  await expect(dialog.getByText(`ds=nocloud-net;s=${address}`)).toBeVisible()
  await dialog.getByRole('button', { name: 'I have it' }).click()
  return address
}

test('host keys that contradict each other are shown loudly, on the console too, until they are forgotten', async ({
  admin,
  gateway,
}) => {
  const person = await gateway.admin()
  const [printed, sent] = [keyLine('root@fresh-1'), keyLine('root@somebody-else')]
  const id = await addMachine(person)
  const { address } = must(await person.call('POST', `/api/devices/${id}/provisioning`, {})).body
  await fetch(`${address}user-data`)
  await admin.goto(`${gateway.url}/devices/${id}`)
  await printHostKey(person, id, printed)
  await phoneHome(address, sent)

  const alarm = admin.getByRole('alert').filter({ hasText: 'The host keys contradict each other' })
  await expect(alarm).toBeVisible()
  const { violations } = await new AxeBuilder({ page: admin }).analyze()
  expect(violations).toEqual([])
  await alarm.getByRole('link', { name: 'Compare the keys' }).click()
  await expect(alarm).toContainText('Do not log in by ssh')
  const keys = admin.getByRole('region', { name: 'Host keys' })
  await expect(keys).toContainText(fingerprintOf(printed))
  await expect(keys).toContainText(fingerprintOf(sent))
  await expect(admin.getByRole('button', { name: 'Copy the known_hosts lines' })).toHaveCount(0)
  for (const page of ['Who can log in', 'First boot']) {
    await admin.getByRole('link', { name: page, exact: true }).click()
    await expect(alarm).toBeVisible()
  }

  await admin.getByRole('link', { name: 'Connect', exact: true }).click()
  await admin.getByRole('button', { name: 'Forget these keys' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Forget host keys' }).click()
  await expect(alarm).toHaveCount(0)
  await admin.goto(`${gateway.url}/devices/${id}`)
  await expect(admin.getByRole('region', { name: 'Terminal' })).toBeVisible()
  await expect(alarm).toHaveCount(0)
})
