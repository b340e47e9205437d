import { demoDevice, expect, logIn, openConsole, pageOf, test } from './fixtures.ts'

test('a question to all consoles has an address that a colleague can open', async ({
  admin,
  browser,
  gateway,
}) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await box.type("echo needle''-4711 $((40 + 2))\r")
  await box.shows('needle-4711 42')
  await admin.getByRole('link', { name: 'Search', exact: true }).click()
  await admin.getByRole('button', { name: 'Leave it open' }).click()
  await expect(admin.getByRole('heading', { level: 1, name: 'Search' })).toBeVisible()
  await admin.getByRole('textbox', { name: 'Search all consoles' }).fill('needle-4711')
  await admin.getByLabel('Since').fill('1 hour ago')
  await admin.keyboard.press('Enter')
  const found = admin.getByRole('region', { name: 'demo-box' })
  await expect(found.getByText('needle-4711').first()).toBeVisible()
  await expect(admin.getByRole('region', { name: 'demo-chatterbox' })).toHaveCount(0)
  await expect(admin.getByRole('status').filter({ hasText: '1 match on 1 console' })).toBeVisible()

  const address = admin.url()
  expect(address).toContain('#q=needle-4711&since=1+hour+ago')
  const bob = await gateway.person('Bob')
  await gateway.join(bob, 'watcher')
  const theirs = await pageOf(browser, gateway, bob)
  await theirs.goto(address)
  await theirs
    .getByRole('region', { name: 'demo-box' })
    .getByRole('link', { name: /needle-4711/ })
    .click()
  const output = theirs.getByRole('region', { name: 'Output of demo-box' })
  await expect(output.locator('[data-offset]').filter({ hasText: 'needle-4711 42' })).toBeInViewport()
  await expect(theirs.getByRole('complementary', { name: 'Matches' })).toContainText('needle-4711')

  const eve = await gateway.person('Eve')
  const other = await pageOf(browser, gateway, eve)
  await other.goto(address)
  await expect(other.getByText('Nothing like this was printed in that time.')).toBeVisible()
})

test('matches are grouped by the console that printed them', async ({ admin, gateway }) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await box.type("echo GNU GR''UB; echo GNU GR''UB\r")
  await box.shows('GNU GRUB')
  const { projectId } = await demoDevice(await gateway.admin(), 'demo-box')
  await admin.goto(`${gateway.url}/search#q=gnu+grub&project=${projectId}`)
  const from = (name: string) => admin.getByRole('region', { name, exact: true })
  await expect(from('demo-box').getByText('2 matches', { exact: true })).toBeVisible()
  await expect(from('demo-box').getByRole('listitem')).toHaveCount(2)
  await expect(from('demo-chatterbox').getByRole('listitem').first()).toContainText('GNU GRUB')
  await expect(admin.getByRole('status').filter({ hasText: /matches on 2 consoles$/ })).toBeVisible()
  await admin.getByRole('button', { name: 'Match case' }).click()
  await admin.getByRole('button', { name: 'Search', exact: true }).click()
  await expect(admin.getByText('Nothing like this was printed in that time.')).toBeVisible()
  expect(admin.url()).toContain('&case=1')
})

test('a search that takes long is stopped, and nothing waits for it any more', async ({ admin, gateway }) => {
  let answers = 0
  // An answer that never comes, as of a gateway that has terabytes to read.
  await admin.route('**/api/history/search', () => {
    answers += 1
  })
  await admin.goto(`${gateway.url}/search#q=needle`)
  await expect(admin.getByRole('status').filter({ hasText: 'Searching…' })).toBeVisible()
  await expect.poll(() => answers).toBe(1)
  const ended = admin.waitForEvent('requestfailed')
  await admin.getByRole('button', { name: 'Stop' }).click()
  expect((await ended).url()).toContain('/api/history/search')
  await expect(admin.getByRole('status').filter({ hasText: 'Stopped: 0 matches so far' })).toBeVisible()
  await expect(admin.getByRole('button', { name: 'Search', exact: true })).toBeEnabled()
  await expect(admin.getByText('The search did not finish')).toHaveCount(0)
})

test('what is no regular expression, or no time, is told before anything is asked', async ({
  admin,
  gateway,
}) => {
  await admin.goto(`${gateway.url}/search`)
  const asked: string[] = []
  admin.on('request', (request) => asked.push(request.url()))
  await admin.getByRole('textbox', { name: 'Search all consoles' }).fill('mce: [')
  await admin.getByRole('button', { name: 'Regular expression' }).click()
  await expect(admin.getByText(/This is not a regular expression/)).toBeVisible()
  await admin.getByRole('button', { name: 'Search', exact: true }).click()
  await admin.getByRole('button', { name: 'Regular expression' }).click()
  await admin.getByLabel('Since').fill('some day')
  await admin.getByRole('button', { name: 'Search', exact: true }).click()
  await expect(admin.getByText(/Try 02:00/)).toBeVisible()
  // In a link too: an answer for all time would not be one for that time.
  await admin.goto(`${gateway.url}/search#q=mce:&since=some+day`)
  await admin.reload()
  await expect(admin.getByText(/Try 02:00/)).toBeVisible()
  await expect(admin.getByText('Type what a console may have printed')).toBeVisible()
  expect(asked.filter((url) => url.includes('/history/search'))).toEqual([])
})
