import type { Page } from '@playwright/test'
import {
  demoDevice,
  expect,
  expectAccessible,
  type Gateway,
  must,
  pageOf,
  pasteInto,
  readable,
  test,
} from './fixtures.ts'
import { networkTo } from './network.ts'

/** Demo devices besides the two there are, enabled or not; gives their ids. */
async function devices(gateway: Gateway, names: string[], enabled: boolean): Promise<string[]> {
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  const make = async (name: string): Promise<string> => {
    const transport = { kind: 'demo', scene: 'box' }
    return must(await person.call('POST', '/api/devices', { projectId, name, transport, enabled })).body.id
  }
  const made: string[] = []
  for (const name of names) made.push(await make(name))
  return made
}

const rowsOf = (page: Page, name: string) =>
  page.getByRole('region', { name: `Terminal of ${name}` }).getByRole('listitem')

test('a thousand devices: the list counts them, draws those in sight, and goes anywhere by keyboard', async ({
  admin,
  gateway,
}) => {
  const names = Array.from({ length: 1000 }, (_, number) => `rack-${number + 1}`)
  await devices(gateway, names, false)
  const table = admin.getByRole('table', { name: 'Devices' })
  // As told by the gateway, without a reload.
  await expect(table).toHaveAttribute('aria-rowcount', '1003')
  expect(await table.getByRole('row').count()).toBeLessThan(60)
  for (const colorScheme of ['light', 'dark'] as const) {
    await admin.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expectAccessible(admin)
  }
  const first = table.getByRole('link', { name: 'demo-box', exact: true })
  await first.focus()
  await admin.keyboard.press('End')
  const last = table.getByRole('link', { name: 'rack-1000', exact: true })
  await expect(last).toBeFocused()
  await admin.keyboard.press('ArrowUp')
  await expect(table.getByRole('link', { name: 'rack-999', exact: true })).toBeFocused()
  await admin.keyboard.press('Home')
  await expect(first).toBeFocused()
  await admin.keyboard.press('/')
  await admin.keyboard.type('rack-77')
  await expect(table).toHaveAttribute('aria-rowcount', '12')
  await admin.keyboard.press('ArrowDown')
  await admin.keyboard.press('Enter')
  await expect(admin.getByRole('heading', { level: 1, name: 'rack-77', exact: true })).toBeVisible()
})

test('what wants attention is in the row, the filter and the tab, until somebody has opened it', async ({
  admin,
  gateway,
}) => {
  const { id } = await demoDevice(await gateway.admin(), 'demo-chatterbox')
  const row = admin.getByRole('row').filter({ hasText: 'demo-chatterbox' })
  // It prints a hardware error now and then; that is what it is for.
  await expect(row.getByText('Hardware error', { exact: true })).toBeVisible({ timeout: 90_000 })
  await expect(admin).toHaveTitle('(1) Devices · Lifeline')
  await expect(admin.locator('link[rel="icon"]')).toHaveAttribute('href', '/favicon-attention.svg')
  await admin.getByRole('button', { name: /^Attention/ }).click()
  await expect(admin.getByRole('table', { name: 'Devices' })).toHaveAttribute('aria-rowcount', '2')
  await admin.goto(`${gateway.url}/devices/${id}`)
  await expect(admin.getByRole('group', { name: 'Write lock' })).toBeVisible()
  await admin.getByRole('link', { name: 'All devices' }).click()
  await expect(row.getByText('Hardware error', { exact: true })).toHaveCount(0)
})

test('a wall is chosen from the list, watched by all, typed on by one, and kept in its address', async ({
  admin,
  browser,
  gateway,
}) => {
  await devices(gateway, ['wall-1', 'wall-2', 'wall-3'], true)
  await readable(admin)
  for (const name of ['demo-box', 'wall-1', 'wall-2', 'wall-3'])
    await admin.getByRole('checkbox', { name: `Select ${name}` }).check()
  await admin.getByRole('link', { name: 'Open as wall' }).click()
  await expect(admin.getByRole('heading', { name: 'Wall of 4 consoles' })).toBeVisible()
  for (const name of ['demo-box', 'wall-1', 'wall-2', 'wall-3'])
    await expect(rowsOf(admin, name).filter({ hasText: 'login:' }).first()).toBeAttached()

  // Watching takes no lock.
  const ann = await gateway.person('Ann')
  await gateway.join(ann, 'collaborator')
  const hers = await pageOf(browser, gateway, ann)
  await readable(hers)
  await using network = await networkTo(gateway.url)
  const attach = network.hold()
  await hers.goto(admin.url().replace(gateway.url, network.url))
  // Before it is attached: the tile takes the lock as soon as it can.
  await hers.getByRole('button', { name: 'Type on wall-2' }).press('Enter')
  await expect(hers.getByText('Not attached')).toBeVisible()
  attach()
  await expect(hers.getByText('You write. Ctrl+Shift+F6 leaves.')).toBeVisible()
  await hers.keyboard.type('\rroot\r')
  await expect(rowsOf(admin, 'wall-2').filter({ hasText: 'Password:' }).first()).toBeAttached()
  const tiles = admin.getByRole('list', { name: 'Consoles' }).locator('> li')
  await expect(tiles.nth(2)).toContainText('Ann writes')

  // Who comes second asks.
  await admin.getByRole('button', { name: 'Type on wall-2' }).click()
  await expect(admin.getByRole('button', { name: 'Ask for the write lock' })).toBeVisible()
  await hers.keyboard.press('Control+Shift+F6')
  await expect(hers.getByRole('button', { name: 'Type on wall-2' })).toBeAttached()
  await expect(admin.getByText('Nobody writes; your first key takes the lock')).toBeVisible()
  await admin.getByRole('textbox', { name: /^Console of wall-2/ }).press('Enter')
  await expect(admin.getByText('You write. Ctrl+Shift+F6 leaves.')).toBeVisible()

  // A line that would run is not pasted where it cannot be shown first.
  await pasteInto(admin.getByRole('textbox', { name: /^Console of wall-2/ }), 'reboot\n')
  await expect(admin.getByText(/^Open the console to paste this/)).toBeVisible()

  // Another order, and another device; a reload finds both.
  await admin.getByRole('button', { name: /^Move wall-3/ }).press('ArrowLeft')
  await expect(tiles.nth(2)).toContainText('wall-3')
  await admin.getByRole('button', { name: 'Take demo-box off the wall' }).click()
  await expect(tiles).toHaveCount(3)
  await admin.reload()
  await expect(tiles).toHaveCount(3)
  await expect(tiles.nth(1)).toContainText('wall-3')
  await admin.getByRole('link', { name: 'Open wall-3' }).click()
  await expect(admin.getByRole('heading', { level: 1, name: 'wall-3' })).toBeVisible()
})

test('a project of more than sixteen fills a wall with its first sixteen, all of them live', async ({
  admin,
  gateway,
}) => {
  const names = Array.from({ length: 17 }, (_, number) => `box-${number + 1}`)
  await devices(gateway, names, true)
  await readable(admin)
  await admin.goto(`${gateway.url}/?by=project`)
  await admin.getByRole('link', { name: 'Wall of the first 16' }).click()
  await expect(admin.getByRole('heading', { name: 'Wall of 16 consoles' })).toBeVisible()
  await expect(admin.getByRole('button', { name: /^Type on/ })).toHaveCount(16)
  const { id } = await demoDevice(await gateway.admin(), 'box-14')
  const viewers = async () =>
    must(await (await gateway.admin()).call('GET', `/api/devices/${id}`)).body.console.viewers.length
  await expect.poll(viewers).toBe(1)
  await expect(admin.getByText('Attaching…')).toHaveCount(0)
  // What the consoles print scrolls the page to none of them.
  await expect(rowsOf(admin, 'box-1').filter({ hasText: 'login:' }).first()).toBeAttached()
  expect(await admin.evaluate(() => window.scrollY)).toBe(0)
})

test('owners who may not define devices are not offered to', async ({ admin, gateway, browser }) => {
  const owner = await gateway.person('Olga')
  await gateway.join(owner, 'owner')
  const page = await pageOf(browser, gateway, owner)
  await expect(page.getByRole('link', { name: 'Add device' })).toBeVisible()
  // As a gateway answers that keeps this for its admins; that it does so is held by test/integration/device-changes.test.ts.
  await page.route('**/api/projects', async (route) => {
    const answer = await route.fetch()
    const projects = (await answer.json()).map((one: object) => ({ ...one, may: { addDevices: false } }))
    await route.fulfill({ response: answer, json: projects })
  })
  await page.reload()
  await expect(page.getByRole('link', { name: 'demo-box', exact: true })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Add device' })).toHaveCount(0)
  await page.goto(`${gateway.url}/devices/new`)
  await expect(page.getByText('Only instance admins add devices here')).toBeVisible()
  await expect(admin.getByRole('link', { name: 'Add device' })).toBeVisible()
})
