import { demoDevice, expect, logIn, must, openConsole, test } from './fixtures.ts'

test('a root shell is shown with who opened it, and its last writer is asked on leaving', async ({
  admin: page,
}) => {
  const console = await openConsole(page, 'demo-box')
  await logIn(console)
  const login = page.getByRole('status', { name: 'Login' })
  await expect(login).toHaveText(/^(?:root shell|shell of \w+) since \d\d:\d\d, opened by Admin$/)

  await page.getByRole('link', { name: 'All devices' }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave the shell on demo-box open?' })
  await expect(dialog).toContainText('opened by Admin')
  await dialog.getByRole('button', { name: 'Stay' }).click()
  await expect(dialog).toBeHidden()
  await console.type('echo still $((40 + 2))\r')
  await console.shows('still 42')

  await page.getByRole('link', { name: 'All devices' }).click()
  await dialog.getByRole('button', { name: 'Log out and leave' }).click()
  await expect(page.getByRole('heading', { name: 'Devices' })).toBeVisible()
  await expect(page.getByRole('row', { name: /demo-box/ })).not.toContainText(/shell.* \d\d:\d\d/)
})

test('a shell that is left open is told in the list', async ({ admin: page }) => {
  const console = await openConsole(page, 'demo-box')
  await logIn(console)
  await expect(page.getByRole('status', { name: 'Login' })).toContainText('shell')
  await page.getByRole('link', { name: 'All devices' }).click()
  await page.getByRole('button', { name: 'Leave it open' }).click()
  await expect(page.getByRole('row', { name: /demo-box/ })).toContainText(/shell.* \d\d:\d\d/)
})

test('a program that runs is not typed into: the page says what is there', async ({ admin: page }) => {
  const console = await openConsole(page, 'demo-box')
  await logIn(console)
  await expect(page.getByRole('status', { name: 'Login' })).toContainText('shell')
  await console.type('cat\r')
  await page.getByRole('link', { name: 'All devices' }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave the shell on demo-box open?' })
  await dialog.getByRole('button', { name: 'Log out and leave' }).click()
  await expect(dialog.getByRole('alert')).toContainText('a program may be running')
  await dialog.getByRole('button', { name: 'Stay' }).click()
  await expect(console.rows.filter({ hasText: 'exit' })).toHaveCount(0)
})

test('the shell is told the size of the console', async ({ admin: page }) => {
  const console = await openConsole(page, 'demo-box')
  await logIn(console)
  await expect(page.getByRole('status', { name: 'Login' })).toContainText('shell')
  await console.type('stty rows 11 cols 44\r')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Tell the shell 80×24' }).click()
  await console.shows('stty rows 24 cols 80')
  await console.type('stty size\r')
  await console.shows(/^24 80$/)
})

test('a console larger than the page scrolls, and follows the cursor at phone width too', async ({
  admin: page,
  gateway,
}) => {
  const admin = await gateway.admin()
  const { id, settings } = await demoDevice(admin, 'demo-box')
  const size = { rows: 200, cols: 500 }
  must(await admin.call('PATCH', `/api/devices/${id}`, { settings: { ...settings, size } }))
  const console = await openConsole(page, 'demo-box')
  await logIn(console)
  await console.type("stty rows 200 cols 500; printf '%0400d' 0; seq 150\r")
  await console.shows(/^150$/)
  await expect(console.input).toBeInViewport()
  await page.setViewportSize({ width: 390, height: 700 })
  await console.type('echo here; ')
  await expect(console.input).toBeInViewport()
  await page.screenshot({ path: test.info().outputPath('large-at-phone-width.png') })
})
