import { existsSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { type RedfishService, startRedfish } from '../lab/redfish/service.ts'
import {
  test as base,
  consoleOn,
  demoDevice,
  expect,
  expectAccessible,
  must,
  pageOf,
  readable,
} from './fixtures.ts'

const test = base.extend<{ bmc: RedfishService }>({
  bmc: async ({ browserName: _ }, use) => {
    const bmc = await startRedfish()
    await use(bmc)
    await bmc.close()
  },
})

test('power control is set up, its certificate compared, and the machine switched beside its console', async ({
  admin: page,
  gateway,
  bmc,
}) => {
  const { id } = await demoDevice(await gateway.admin(), 'demo-box')
  await page.goto(`${gateway.url}/devices/${id}/keys`)
  await page.getByRole('link', { name: 'Power', exact: true }).click()
  await expect(page.getByText('Nothing switches this machine from here yet.')).toBeVisible()

  await page.getByRole('combobox', { name: 'Switched by' }).click()
  await page.getByRole('option', { name: 'Redfish' }).click()
  await expect(page.getByLabel('Port')).toHaveValue('443')
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByText('Must be a host name')).toBeVisible()
  await page.getByLabel('Host').fill(bmc.host)
  await page.getByLabel('Port').fill(String(bmc.port))
  await page.getByLabel('User name').fill(bmc.user)
  await page.getByRole('textbox', { name: 'Password' }).fill(bmc.password)
  await page.getByRole('button', { name: 'Set up' }).click()

  await expect(page.getByText('Is this the right BMC?')).toBeVisible()
  await expect(page.getByText(bmc.fingerprint, { exact: true })).toBeVisible()
  const accept = page.getByRole('button', { name: 'Accept this certificate' })
  await expect(accept).toBeDisabled()
  await expectAccessible(page)
  await page.screenshot({ path: test.info().outputPath('certificate.png'), fullPage: true })
  await page.getByRole('checkbox', { name: 'I have compared them, and it is the same' }).check()
  await accept.click()
  await expect(page.getByText('Off', { exact: true })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('')

  await readable(page)
  await page.getByRole('link', { name: 'Console of demo-box' }).click()
  const box = await consoleOn(page)
  const actions = page.getByRole('toolbar', { name: 'Console actions' })
  await actions.getByRole('button', { name: 'Power' }).click()
  await expect(page.getByRole('menuitem', { name: 'Power cycle…' })).toBeDisabled()
  await page.getByRole('menuitem', { name: 'Turn on…' }).click()
  const confirm = page.getByRole('button', { name: 'Turn on', exact: true })
  await page.getByRole('textbox', { name: 'Type demo-box to go on' }).fill('demo-bo')
  await expect(confirm).toBeDisabled()
  await page.getByRole('textbox', { name: 'Type demo-box to go on' }).fill('demo-box')
  await confirm.click()
  const bar = page.getByRole('region', { name: 'Power' })
  await expect(bar).toContainText('Turn on, for Admin, done: The machine is on.')
  expect(bmc.resets()).toEqual(['On'])
  await box.type('\r')
  await box.shows('login:')
  await page.screenshot({ path: test.info().outputPath('switched.png') })

  await actions.getByRole('button', { name: 'Power' }).click()
  await expect(page.getByRole('menu').getByText('On', { exact: true })).toBeVisible()
  await expectAccessible(page)
  await page.screenshot({ path: test.info().outputPath('menu.png') })
  await page.keyboard.press('Escape')
  await bar.getByRole('button', { name: 'Dismiss' }).click()
  await expect(bar).toHaveCount(0)
})

test('who may only watch sees whether a machine is on, and a BMC that is gone is said to be', async ({
  browser,
  gateway,
  bmc,
}) => {
  const admin = await gateway.admin()
  const { id } = await demoDevice(admin, 'demo-box')
  const control = { kind: 'redfish', host: bmc.host, port: bmc.port, username: bmc.user }
  const pinned = { ...control, certificate: bmc.fingerprint }
  must(
    await admin.call('PUT', `/api/devices/${id}/power/control`, { control: pinned, password: bmc.password }),
  )
  const wanda = await gateway.person('Wanda')
  await gateway.join(wanda, 'watcher')
  const page = await pageOf(browser, gateway, wanda)
  await page.goto(`${gateway.url}/devices/${id}/power`)
  await expect(page.getByText('Off', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Switch…' })).toHaveCount(0)
  await expect(page.getByText('Power control', { exact: true })).toHaveCount(0)
  await page.goto(`${gateway.url}/devices/${id}`)
  await page.getByRole('button', { name: 'Power' }).click()
  await expect(page.getByRole('menuitem', { name: 'Turn on…' })).toBeDisabled()

  await bmc.close()
  await page.goto(`${gateway.url}/devices/${id}/power`)
  await expect(page.getByText('Not known: refused')).toBeVisible()
})

test('the list of devices tells which are on when asked to, why one is not known, and keeps that in the address', async ({
  admin: page,
  gateway,
}) => {
  const admin = await gateway.admin()
  const { projectId } = await demoDevice(admin, 'demo-box')
  const transport = { kind: 'tcp', host: '192.0.2.1', port: 23 }
  for (const [name, status] of [
    ['node-on', ['echo', 'on']],
    ['node-lost', ['sh', '-c', 'echo no such domain >&2; exit 1']],
  ] as const) {
    const input = { projectId, name, transport, enabled: false }
    const { id } = must(await admin.call('POST', '/api/devices', input)).body
    const control = { kind: 'command', status, steps: {} }
    must(await admin.call('PUT', `/api/devices/${id}/power/control`, { control }))
  }
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })

  await page.goto(gateway.url)
  await expect(row('node-on')).not.toContainText('Power')
  await page.getByRole('checkbox', { name: 'Power' }).check()
  await expect(row('node-on')).toContainText('Power on, ')
  await expect(row('node-lost')).toContainText('Power not known')
  await expect(row('node-lost')).toContainText('no such domain')
  await expect(row('demo-box')).not.toContainText('Power')
  await expect(page).toHaveURL(/power=shown/)
  await expectAccessible(page)
  await page.screenshot({ path: test.info().outputPath('list.png'), fullPage: true })

  await page.reload()
  await expect(row('node-on')).toContainText('Power on, ')
  await page.getByRole('checkbox', { name: 'Power' }).uncheck()
  await expect(row('node-on')).not.toContainText('Power')
})

/** What somebody still has, and how the root password is set with it. */
const gentleWays = [
  ['The root password, or Lifeline still keeps it', 'logs in on the console with it'],
  ['A key that still opens it over ssh', 'logs in as root with a key of your ssh agent'],
  ['Root is logged in on its console', 'Whoever types there is asked, and has to agree'],
] as const

test('a recovery waits for a second person, who approves it beside the console, and only then restarts the machine', async ({
  admin: page,
  browser,
  gateway,
}) => {
  const line = createServer((socket) => socket.on('error', () => socket.destroy()).resume())
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
  const noted = join(gateway.dataDir, '..', 'power')
  const switched = () => (existsSync(noted) ? readFileSync(noted, 'utf8') : '')
  try {
    const admin = await gateway.admin()
    const { projectId } = await demoDevice(admin, 'demo-box')
    const transport = { kind: 'tcp', host: '127.0.0.1', port: (line.address() as AddressInfo).port }
    const { id } = must(
      await admin.call('POST', '/api/devices', { projectId, name: 'web-1', transport }),
    ).body
    const control = {
      kind: 'command',
      status: ['echo', 'on'],
      steps: { cycle: ['sh', '-c', `echo cycle >>${noted}`] },
    }
    must(await admin.call('PUT', `/api/devices/${id}/power/control`, { control }))
    await page.goto(`${gateway.url}/projects/${projectId}`)
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByRole('switch', { name: 'A recovery needs a second person’s approval' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)

    const [ann, ben] = [await gateway.person('Ann'), await gateway.person('Ben')]
    for (const owner of [ann, ben]) await gateway.join(owner, 'owner')
    const hers = await pageOf(browser, gateway, ann)
    await hers.goto(`${gateway.url}/devices/${id}`)
    await hers.getByRole('button', { name: 'More actions' }).click()
    await hers.getByRole('menuitem', { name: 'Recover access' }).click()
    for (const [have, way] of gentleWays) {
      await hers.getByRole('radio', { name: have }).check()
      await expect(hers.getByText(way)).toBeVisible()
      await expect(hers.getByRole('link', { name: 'Root password' })).toHaveCount(2)
      await expect(hers.getByText('The machine is restarted')).toHaveCount(0)
    }
    await expectAccessible(hers)
    await hers.getByRole('radio', { name: 'Nothing of these' }).check()
    await expect(hers.getByText('Its project demands that a second person')).toBeVisible()
    await expectAccessible(hers)
    await hers.screenshot({ path: test.info().outputPath('form.png'), fullPage: true })
    await hers.getByRole('textbox', { name: 'Type web-1 to go on' }).fill('web-1')
    await hers.getByRole('button', { name: 'Ask for approval' }).click()
    await expect(hers.getByText('May be approved here by Ben, or an instance admin.')).toBeVisible()
    await expect(hers.getByRole('button', { name: 'Approve' })).toHaveCount(0)
    await hers.screenshot({ path: test.info().outputPath('asked.png'), fullPage: true })

    const his = await pageOf(browser, gateway, ben)
    await his.goto(`${gateway.url}/devices/${id}`)
    await expect(his.getByRole('alert')).toContainText('Ann asks to recover access to web-1.')
    await his.getByRole('link', { name: 'Approve or refuse…' }).click()
    await expect(his.getByRole('button', { name: 'Approve' })).toBeDisabled()
    await his.getByRole('textbox', { name: 'Reason' }).fill('ticket 4711')
    await his.getByRole('textbox', { name: 'Type web-1 to answer' }).fill('web-1')
    await expectAccessible(his)
    await his.screenshot({ path: test.info().outputPath('approve.png'), fullPage: true })
    expect(switched()).toBe('')
    await his.getByRole('button', { name: 'Approve' }).click()
    for (const one of [his, hers]) {
      await expect(one.getByText('Ordered by Ann, approved by Ben.')).toBeVisible()
    }
    await expect.poll(switched).toBe('cycle\n')
    await hers.getByRole('button', { name: 'Stop' }).click()
    await expect(hers.getByRole('alert')).toContainText('It was stopped')

    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByRole('switch', { name: 'A recovery needs a second person’s approval' }).uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await expect(page.getByText('It was switched off, and holds until')).toBeVisible()
    await expectAccessible(page)
  } finally {
    line.close()
  }
})
