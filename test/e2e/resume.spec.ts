import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  consoleOn,
  demoDevice,
  expect,
  logIn,
  must,
  openConsole,
  ownPassword,
  pageOf,
  readable,
  test,
} from './fixtures.ts'
import { networkTo } from './network.ts'

test('a page comes back by itself after its socket is cut, and has missed nothing', async ({
  admin,
  gateway,
}) => {
  await using network = await networkTo(gateway.url)
  await admin.goto(network.url)
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-e2e-resume-'))
  const [go, gone] = [join(folder, 'go'), join(folder, 'gone')]
  // The numbers are printed while nobody is attached: the device waits for a file, and says by another that it has printed them.
  const loop = 'for i in 2 3 4 5 6 7 8 9; do echo line $i of 9; done'
  await box.type(`echo line $((1)) of 9; until [ -e ${go} ]; do sleep 0.1; done; ${loop}; touch ${gone}\r`)
  await box.shows('line 1 of 9')
  const attach = network.cut()
  await writeFile(go, '')
  await expect.poll(() => existsSync(gone)).toBe(true)
  attach()
  await expect(admin.getByText(/Resumed, nothing missed/).first()).toBeVisible()
  await box.shows('line 9 of 9')
  for (let line = 1; line <= 9; line++) {
    await expect(box.rows.filter({ hasText: `line ${line} of 9` })).toHaveCount(1)
  }
  await box.type('echo $((1 + 1)) still here\r')
  await box.shows('2 still here')
  await rm(folder, { recursive: true })
})

test('a page survives the death of the gateway, and says from where it goes on', async ({
  admin,
  gateway,
}) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await box.type('echo $((20 + 3)) before\r')
  await box.shows('23 before')
  await gateway.kill()
  await expect(box.state).toContainText('Not attached')
  await expect(admin.getByText(/Next try in \d+ s/)).toBeVisible()
  await box.type('x')
  await expect(admin.getByRole('alert')).toContainText('Not connected to the gateway')
  await gateway.start()
  await expect(box.state).toContainText('Connected', { timeout: 30_000 })
  await expect(admin.getByRole('button', { name: 'What happened' })).toBeEnabled()
  await admin.getByRole('button', { name: 'What happened' }).click()
  const events = admin.getByRole('list', { name: 'What happened' })
  await expect(events).toContainText('Resumed')
  await expect(events).toContainText('the gateway was killed')
  await admin.keyboard.press('Escape')
  // The screen before is still there, and the demo box, which died with the gateway, asks to log in again.
  await expect(box.rows.filter({ hasText: '23 before' }).first()).toBeAttached()
  await logIn(box)
})

test('a collaborator whose membership ends is thrown out while they watch', async ({
  admin,
  browser,
  gateway,
}) => {
  const bob = await gateway.person('Bob')
  await gateway.join(bob, 'collaborator')
  const page = await pageOf(browser, gateway, bob)
  const box = await openConsole(page, 'demo-box')
  await box.type('\r')
  await box.shows('login:')
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  must(await person.call('DELETE', `/api/projects/${projectId}/members/${bob.id}`))
  await expect(page.getByRole('alertdialog')).toContainText(/access to this console has ended/, {
    timeout: 5000,
  })
  await page.getByRole('link', { name: 'All devices' }).last().click()
  await expect(page.getByRole('heading', { name: 'No devices yet' })).toBeVisible()
  await expect(admin.getByRole('link', { name: 'demo-box', exact: true })).toBeVisible()
})

test('a session that ends leads to the sign-in, and back to the console', async ({ browser, gateway }) => {
  const bob = await gateway.person('Bob')
  await gateway.join(bob, 'collaborator')
  const page = await pageOf(browser, gateway, bob)
  await openConsole(page, 'demo-box')
  const address = page.url()
  must(await bob.call('DELETE', '/api/sessions'))
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible({ timeout: 10_000 })
  await page.getByLabel('E-mail').fill(bob.email)
  await page.getByLabel('Password', { exact: true }).fill(ownPassword)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(address)
  await expect(page.getByRole('group', { name: 'Write lock' })).toBeVisible()
})

test('a device that is removed says so to who is on it', async ({ admin, gateway, browser }) => {
  const bob = await gateway.person('Bob')
  await gateway.join(bob, 'collaborator')
  const page = await pageOf(browser, gateway, bob)
  await openConsole(page, 'demo-chatterbox')
  await admin.getByRole('button', { name: 'Actions for demo-chatterbox' }).click()
  await admin.getByRole('menuitem', { name: 'Edit device' }).click()
  await admin.getByRole('button', { name: 'Delete device' }).click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: 'Delete device' })).toBeDisabled()
  await dialog.getByLabel('Type demo-chatterbox to go on').fill('demo-chatterbox')
  await dialog.getByRole('button', { name: 'Delete device' }).click()
  await expect(page.getByRole('alertdialog')).toContainText('This device has been removed')
})

test('a page finds out by itself that its socket is dead, though nothing says so', async ({
  admin,
  gateway,
}) => {
  await using network = await networkTo(gateway.url)
  await admin.goto(network.url)
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  network.die()
  // The page still believes that it is attached; the gateway knows better, and the page asks it.
  await expect(admin.getByText(/The gateway had lost this page/).first()).toBeAttached({ timeout: 30_000 })
  await expect(admin.getByText(/Resumed, nothing missed/).first()).toBeVisible()
  await box.type('echo $((3 + 3)) alive\r')
  await box.shows('6 alive')
})

test('a page whose thread for sockets does not come says that it is not attached, and tries again', async ({
  admin,
  gateway,
}) => {
  const { id } = await demoDevice(await gateway.admin(), 'demo-box')
  await readable(admin)
  await admin.route('**/socket-worker-*.js', (route) => route.abort())
  await admin.goto(`${gateway.url}/devices/${id}`)
  await expect(admin.getByText(/Next try in \d+ s/)).toBeVisible()
  await admin.unroute('**/socket-worker-*.js')
  await logIn(await consoleOn(admin))
})

test('a page whose thread for sockets fails comes back by itself', async ({ admin }) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  const [thread] = admin.workers()
  await thread?.evaluate(() => {
    setTimeout(() => {
      throw new Error('a fault of the thread')
    })
  })
  await expect(admin.getByText(/Resumed, nothing missed/).first()).toBeVisible()
  await box.type('echo $((4 + 4)) again\r')
  await box.shows('8 again')
})

test('a font that never comes keeps nobody from a console', async ({ admin }) => {
  await admin.route('**/*.woff2', () => new Promise(() => {}))
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
})
