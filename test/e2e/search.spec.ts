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
  const match = theirs.getByRole('region', { name: 'demo-box' }).getByRole('link', { name: /needle-4711/ })
  await match.click()
  const output = theirs.getByRole('region', { name: 'Output of demo-box' })
  await expect(output.locator('[data-chosen]')).toContainText('needle-4711 42')
  await expect(output.locator('[data-chosen]')).toBeInViewport()

  const eve = await gateway.person('Eve')
  const other = await pageOf(browser, gateway, eve)
  await other.goto(address)
  await expect(other.getByText('Nothing like this was printed in that time.')).toBeVisible()
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
  expect(asked.filter((url) => url.includes('/history/search'))).toEqual([])
})

test('plays a span with its timing, and breaks no policy', async ({ admin, gateway }) => {
  const said: string[] = []
  admin.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text())
  })
  admin.on('pageerror', (error) => said.push(error.message))
  await admin.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      globalThis.console.error(`policy: ${violatedDirective} ${blockedURI}`)
    })
  })
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await box.type("printf '\\033[32mplay''ed\\033[0m <b>not bold</b>\\n'\r")
  await box.shows('played')
  const { id } = await demoDevice(await gateway.admin(), 'demo-box')
  await admin.goto(`${gateway.url}/devices/${id}/history`)
  await admin.getByRole('button', { name: 'Save or play' }).click()
  await admin.getByRole('link', { name: 'Play', exact: true }).click()
  const recording = admin.getByRole('region', { name: 'Recording of demo-box' })
  await expect(recording.locator('.ap-term-text')).toContainText('played <b>not bold</b>', {
    timeout: 60_000,
  })
  await expect(recording.locator('b')).toHaveCount(0)
  await admin.getByRole('combobox', { name: 'Speed' }).click()
  await admin.getByRole('option', { name: '16 ×' }).click()
  await expect(recording.locator('.ap-term-text')).toContainText('played')
  await admin.getByRole('link', { name: 'Devices', exact: true }).click()
  await expect(admin.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible()
  const compiles = () =>
    admin.evaluate(() => {
      try {
        return (
          new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) instanceof WebAssembly.Module
        )
      } catch {
        return false
      }
    })
  expect(said).toEqual([])
  await expect.poll(compiles).toBe(false)
})
