import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { keyLine } from '../fakes/key-lines.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { type GettyPort, startGettyPort } from '../lab/getty-port.ts'
import {
  demoDevice,
  expect,
  expectAccessible,
  type Gateway,
  must,
  pageOf,
  readable,
  test,
} from './fixtures.ts'

const password = 'Tr0ub4dor & 3'

/** Root may not log in on many a machine, but somebody whom sudo makes root. */
const sudoer = `useradd -m -d /run/ann -s /bin/bash ann; echo 'ann:${password}' | chpasswd -c SHA512
mkdir -p /etc/sudoers.d; echo 'ann ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ann`

const needs = gettyNeeds()
test.skip(needs !== undefined, `needs ${needs}`)

let far: GettyPort
let keys: string[]
test.beforeEach(async () => {
  far = await startGettyPort({ password, prepare: sudoer })
  keys = [keyLine('ann@example.org'), keyLine('ben@example.org')]
})
test.afterEach(() => far.close())

const file = () => join(far.machine.root, '.ssh/authorized_keys')

/** A device with the machine's console, in the demo devices' project, which has two keys. Returns its id. */
async function box(gateway: Gateway): Promise<string> {
  const admin = await gateway.admin()
  const { projectId } = await demoDevice(admin, 'demo-box')
  for (const text of keys) must(await admin.call('POST', `/api/projects/${projectId}/keys`, { text }))
  const transport = { kind: 'tcp', host: '127.0.0.1', port: far.port }
  const made = must(await admin.call('POST', '/api/devices', { projectId, name: 'box', transport }))
  await expect
    .poll(async () => (await admin.call('GET', `/api/devices/${made.body.id}`)).body.console.line.state)
    .toBe('online')
  return made.body.id
}

/** Typed on a console, on a machine that draws a browser beside it. */
const pushMs = 120_000
const ended = (page: Page, how: string) =>
  expect(page.getByRole('alert')).toContainText(how, { timeout: pushMs })

/** Both devices, on the page that pushes to several. */
async function chooseServers(page: Page, gateway: Gateway): Promise<void> {
  await page.goto(`${gateway.url}/push`)
  await page.getByRole('combobox', { name: 'Servers' }).click()
  for (const name of ['box', 'demo-box']) await page.getByRole('option', { name, exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('textbox', { name: 'Password of root' })).toBeVisible()
}

const results = (page: Page) => page.getByRole('table', { name: 'Keys that were pushed' }).getByRole('row')

test('keys are pushed from the console page, seen at work, and the second push finds them there', async ({
  admin: page,
  gateway,
}) => {
  const id = await box(gateway)
  await page.goto(`${gateway.url}/devices/${id}`)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Push keys to this server' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Push keys to box' })).toBeVisible()
  for (const name of ['ann@example.org', 'ben@example.org'])
    await expect(page.getByRole('checkbox', { name: `Push ${name}` })).toBeChecked()
  await page.screenshot({ path: test.info().outputPath('form.png'), fullPage: true })

  await page.getByRole('button', { name: 'Push keys' }).click()
  await expect(page.getByText('Is empty')).toBeVisible()
  const bySudo = page.getByRole('checkbox', { name: 'becomes root by sudo' })
  await expect(bySudo).toBeHidden()
  await page.getByRole('textbox', { name: 'Log in as' }).fill('ann')
  await bySudo.check()
  await page.screenshot({ path: test.info().outputPath('sudo.png'), fullPage: true })
  await page.getByRole('textbox', { name: 'Password of ann' }).fill(password)
  await page.getByRole('button', { name: 'Show what it would do' }).click()
  await ended(page, 'Done')
  await expect(results(page).filter({ hasText: 'Would be added' })).toHaveCount(2)
  await expect(page.getByText(`+ ${keys[0]}`)).toBeVisible()
  await expect(page.getByRole('button', { name: /^Copy the changes of .*authorized_keys$/ })).toBeVisible()
  await page.screenshot({ path: test.info().outputPath('dry.png'), fullPage: true })
  // A line is longer than the page has room for: it scrolls in its own box, and lies under nothing.
  await page.getByRole('button', { name: /^Copy the changes of/ }).click({ trial: true })
  // Its tip is no part of the page.
  await page.mouse.move(0, 0)
  await expectAccessible(page)
  await expect(stat(file())).rejects.toThrow('ENOENT')

  await page.goBack()
  await page.getByRole('checkbox', { name: 'Push ben@example.org' }).uncheck()
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Push keys' }).click()
  await expect(page.getByRole('region', { name: 'Terminal of box' })).toBeVisible()
  await ended(page, '1 added. Logged out: the login prompt is back.')
  await expect(results(page).filter({ hasText: 'Added' })).toHaveCount(1)
  await page.screenshot({ path: test.info().outputPath('done.png'), fullPage: true })
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.screenshot({ path: test.info().outputPath('done-phone.png'), fullPage: true })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await page.setViewportSize({ width: 1280, height: 720 })
  expect(await readFile(file(), 'utf8')).toBe(`${keys[0]}\n`)

  await page.goBack()
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Push keys' }).click()
  await ended(page, 'Done')
  await expect(results(page).filter({ hasText: 'Already there' })).toHaveCount(1)
  await expect(results(page).filter({ hasText: 'Added' })).toHaveCount(1)
  expect(await readFile(file(), 'utf8')).toBe(`${keys.join('\n')}\n`)
})

test('a wrong password is told, tried again with the right one, and the keys are read afterwards', async ({
  admin: page,
  gateway,
}) => {
  const id = await box(gateway)
  await page.goto(`${gateway.url}/devices/${id}/keys`)
  await page.getByRole('link', { name: 'Push keys to this server' }).click()
  await page.getByRole('textbox', { name: 'Password of root' }).fill('not the password')
  await page.getByRole('button', { name: 'Push keys' }).click()
  await ended(page, 'Failed')
  await page.getByRole('button', { name: 'Try again…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Try again' })
  await dialog.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await ended(page, 'Done')
  await expect(results(page).filter({ hasText: 'Added' })).toHaveCount(2)

  await page.goto(`${gateway.url}/devices/${id}/keys`)
  await page.getByRole('link', { name: 'Read keys' }).click()
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Read keys' }).click()
  await ended(page, 'Done')
  const found = page.getByRole('table', { name: 'Keys on the server' })
  await expect(found.getByRole('row')).toHaveCount(2)
  await page.goto(`${gateway.url}/devices/${id}/keys`)
  const table = page.getByRole('table', { name: 'Who can log in' })
  await expect(table.getByRole('row').filter({ hasText: 'There' })).toHaveCount(2)
})

test('one key is pushed from the list of keys to chosen servers, and a watcher is told that they may not', async ({
  browser,
  gateway,
}) => {
  const id = await box(gateway)
  const line = keyLine('me@example.org')
  const cora = await gateway.person('Cora')
  await gateway.join(cora, 'collaborator')
  must(await cora.call('POST', '/api/keys', { text: line }))
  const page = await pageOf(browser, gateway, cora)
  await page.goto(`${gateway.url}/keys`)
  await page.getByRole('button', { name: 'Actions for me@example.org' }).click()
  await page.getByRole('menuitem', { name: 'Push this key to…' }).click()
  const servers = page.getByRole('combobox', { name: 'Servers' })
  await servers.click()
  await page.getByRole('option', { name: 'box', exact: true }).click()
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Push keys' }).click()
  await ended(page, 'Done')
  await expect(results(page).filter({ hasText: 'Added' })).toHaveCount(1)
  expect(await readFile(file(), 'utf8')).toBe(`${line}\n`)

  const wanda = await gateway.person('Wanda')
  await gateway.join(wanda, 'watcher')
  const theirs = await pageOf(browser, gateway, wanda)
  await readable(theirs)
  await theirs.goto(`${gateway.url}/devices/${id}/push`)
  await expect(theirs.getByText('You may not push to this server')).toBeVisible()
  await expect(theirs.getByRole('button', { name: 'Push keys' })).toHaveCount(0)
})

test('a password that opened the server is kept, and used for somebody who may not see it', async ({
  admin: page,
  browser,
  gateway,
}) => {
  const id = await box(gateway)
  await page.goto(`${gateway.url}/devices/${id}/push`)
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page
    .getByRole('checkbox', { name: 'Keep it as this server’s root password for up to 24 hours' })
    .check()
  await page.getByRole('button', { name: 'Push keys' }).click()
  await ended(page, 'The password is kept as root’s for up to 24 hours.')

  await chooseServers(page, gateway)
  await expect(page.getByRole('checkbox', { name: /^Keep it as these servers’ root password/ })).toBeVisible()

  const cora = await gateway.person('Cora')
  await gateway.join(cora, 'collaborator')
  const theirs = await pageOf(browser, gateway, cora)
  await theirs.goto(`${gateway.url}/devices/${id}/push`)
  await expect(theirs.getByRole('checkbox', { name: /^Keep it/ })).toHaveCount(0)
  await chooseServers(theirs, gateway)
  await expect(theirs.getByRole('checkbox', { name: /^Keep it/ })).toHaveCount(0)
  await theirs.goto(`${gateway.url}/devices/${id}/push`)
  await theirs.getByRole('radio', { name: /^Use the root password Lifeline keeps/ }).check()
  await expectAccessible(theirs)
  await theirs.getByRole('button', { name: 'Push keys' }).click()
  await ended(theirs, 'Done')
  await expect(results(theirs).filter({ hasText: 'Already there' })).toHaveCount(2)
})

test('a key that stands with restrictions is let in without them when the server is named', async ({
  admin: page,
  gateway,
}) => {
  const id = await box(gateway)
  await mkdir(join(far.machine.root, '.ssh'), { mode: 0o700 })
  await writeFile(file(), `command="echo no" ${keys[0]}\n${keys[1]}\n`, { mode: 0o600 })
  await page.goto(`${gateway.url}/devices/${id}/push`)
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Push keys' }).click()
  await ended(page, 'left so')
  await results(page).getByRole('button', { name: 'Add it without restrictions too…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Let this key in without restrictions' })
  await expect(dialog.getByText('command="echo no"')).toBeVisible()
  await expectAccessible(page)
  const button = dialog.getByRole('button', { name: 'Add it without restrictions' })
  await expect(button).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Type box to go on' }).fill('box')
  await dialog.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await button.click()
  await expect(results(page).filter({ hasText: 'Freed' })).toHaveCount(1, { timeout: pushMs })
  expect(await readFile(file(), 'utf8')).toBe(`${keys[1]}\n${keys[0]}\n`)
})

test('keys of somebody who is deleted are taken off the servers that have them', async ({
  admin: page,
  gateway,
}) => {
  const id = await box(gateway)
  const lines = [keyLine('cora@desk'), keyLine('cora@phone')]
  const cora = await gateway.person('Cora')
  await gateway.join(cora, 'collaborator')
  for (const text of lines) must(await cora.call('POST', '/api/keys', { text }))
  await mkdir(join(far.machine.root, '.ssh'), { mode: 0o700 })
  await writeFile(file(), [...lines, keys[0], ''].join('\n'), { mode: 0o600 })
  await page.goto(`${gateway.url}/devices/${id}/push?act=read`)
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Read keys' }).click()
  await ended(page, 'Done')

  await page.goto(`${gateway.url}/projects`)
  await page.getByRole('link', { name: 'Demo' }).click()
  await page.getByRole('button', { name: 'Remove Cora' }).click()
  const ending = page.getByRole('dialog', { name: 'Remove Cora from Demo?' })
  await expect(ending.getByRole('button', { name: 'Take their keys off this server…' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(ending).toBeHidden()
  await page.getByRole('combobox', { name: 'Role of Cora' }).click()
  await page.getByRole('option', { name: 'Watcher' }).click()
  const lowered = page.getByRole('dialog', { name: 'Let Cora only watch Demo?' })
  await expect(lowered.getByRole('button', { name: 'Take their keys off this server…' })).toBeVisible()
  await expectAccessible(page)
  await lowered.getByRole('button', { name: 'Make watcher' }).click()
  await expect(page.getByRole('combobox', { name: 'Role of Cora' })).toHaveValue('Watcher')

  await page.goto(`${gateway.url}/users`)
  await page.getByRole('button', { name: 'Actions for Cora' }).click()
  await page.getByRole('menuitem', { name: 'Delete user' }).click()
  await expect(page.getByText('1 server still has keys of theirs')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Take their keys off this server…' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Take keys away' })).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('list', { name: 'Keys' }).getByRole('listitem')).toHaveCount(2)
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Take keys away' }).click()
  await ended(page, 'Done')
  await expect(results(page).filter({ hasText: 'Taken away' })).toHaveCount(2)
  expect(await readFile(file(), 'utf8')).toBe(`${keys[0]}\n`)
})

test('a stranger that was read is taken away, and no other line is touched', async ({
  admin: page,
  gateway,
}) => {
  const id = await box(gateway)
  const stranger = keyLine('who@is.this')
  await mkdir(join(far.machine.root, '.ssh'), { mode: 0o700 })
  await writeFile(file(), `# by hand\n${stranger}\n${keys[0]}\n`, { mode: 0o600 })
  await page.goto(`${gateway.url}/devices/${id}/push?act=read`)
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Read keys' }).click()
  await ended(page, 'Done')

  await page.goto(`${gateway.url}/devices/${id}/keys`)
  await page.getByRole('link', { name: 'Take who@is.this away' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Take a key away' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Password of root' }).fill(password)
  await page.getByRole('button', { name: 'Take key away' }).click()
  await ended(page, 'Done')
  await expect(results(page).filter({ hasText: 'Taken away' })).toHaveCount(1)
  expect(await readFile(file(), 'utf8')).toBe(`# by hand\n${keys[0]}\n`)
})
