import { createHash, randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, logIn, noteText, openConsole, test } from './fixtures.ts'

let target: string
test.beforeEach(() => {
  target = join(tmpdir(), `lifeline-e2e-${randomBytes(6).toString('hex')}`)
})
test.afterEach(() => rm(target, { force: true }))

test('200 pasted lines are shown, typed, and all there', async ({ admin }, info) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await box.type(`cat > ${target}\r`)
  await box.shows('cat > ')
  const text = Array.from({ length: 200 }, (_, at) => `${at}: a line with "quotes" and é\n`).join('')
  await box.paste(`\x07${text}`)
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toContainText('Paste 200 lines into the console?')
  await expect(dialog).toContainText('1 control character will be left out: ^G')
  await expect(dialog).toContainText('The last line ends too, so it is entered.')
  await admin.screenshot({ path: info.outputPath('guard.png') })
  await dialog.getByRole('button', { name: 'Paste 200 lines' }).click()
  const bar = admin.getByRole('region', { name: 'Paste' })
  await expect(bar).toContainText('Paste done: All 200 lines arrived.', { timeout: 30_000 })
  await admin.screenshot({ path: info.outputPath('done.png') })
  await bar.getByRole('button', { name: 'Dismiss' }).click()
  await expect(bar).toBeHidden()
  await box.input.press('Control+D')
  await expect.poll(() => readFile(target, 'utf8')).toBe(text)

  // One long line runs nothing and is not asked about, but typed at the speed of the line too.
  await box.shows(/[#$] $/)
  await box.paste(`printf %s ${'k'.repeat(300)} > ${target}`)
  await expect(bar).toContainText('Paste done:')
  await box.type('\r')
  await expect.poll(() => readFile(target, 'utf8')).toBe('k'.repeat(300))
})

test('a paste is stopped, and the rest can be copied', async ({ admin, context }, info) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  // Without an echo it is typed slowly enough to be stopped on any machine.
  await box.type(`stty -echo; cat > ${target}\r`)
  await box.shows('stty -echo; cat')
  const text = `${'a line of some length, to fill the time\n'.repeat(1500)}`
  await box.paste(text)
  await admin
    .getByRole('dialog')
    .getByRole('button', { name: /^Paste 1,500 lines/ })
    .click()
  const bar = admin.getByRole('region', { name: 'Paste' })
  await expect(bar).toContainText(/Typing line \d{2,} of 1500/)
  await admin.screenshot({ path: info.outputPath('running.png') })
  await bar.getByRole('button', { name: 'Stop' }).click()
  await expect(bar).toContainText(/\d+ of 1500 lines were typed\..* lines \d+ to 1500 did not arrive\./)
  await admin.screenshot({ path: info.outputPath('stopped.png') })
  const rest = Number(/lines (\d+) to/.exec((await bar.textContent()) ?? '')?.[1])
  await bar.getByRole('button', { name: 'Copy the rest' }).click()
  await expect(admin.getByText('What did not arrive is in the clipboard')).toBeVisible()
  const copied = await admin.evaluate(() => navigator.clipboard.readText())
  expect(copied.split('\n').length - 1).toBe(1501 - rest)
  // As where a browser gives none.
  await admin.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await bar.getByRole('button', { name: 'Copy the rest' }).click()
  await expect(admin.getByRole('dialog').getByRole('textbox', { name: 'Text to paste' })).toHaveValue(copied)
})

test('a file is sent over the console, with its checksum', async ({ admin }, info) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  const content = randomBytes(20_000)
  await admin.getByRole('button', { name: 'More actions' }).click()
  await admin.getByRole('menuitem', { name: 'Send a file…' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await expect(dialog).toContainText('Choose a file')
  await admin
    .locator('input[type=file]')
    .setInputFiles({ name: 'disk.img', mimeType: 'text/plain', buffer: Buffer.alloc(300 * 1024) })
  await expect(dialog).toContainText('This one has 300.0 KiB: too much for a console')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await expect(dialog).toBeVisible()
  await admin
    .locator('input[type=file]')
    .setInputFiles({ name: 'net.conf', mimeType: 'text/plain', buffer: content })
  await expect(dialog.getByLabel('Path on the device')).toHaveValue('/root/net.conf')
  await dialog.getByLabel('Path on the device').fill(target)
  await admin.screenshot({ path: info.outputPath('choose.png') })
  const progressShown = await noteText(admin, /[1-9]\d* of 20000 bytes have arrived/)
  await dialog.getByRole('button', { name: 'Send' }).click()
  const bar = admin.getByRole('region', { name: 'File' })
  await progressShown()
  await expect(bar).toContainText('SHA-256 compared on the device', { timeout: 60_000 })
  await expect(bar).toContainText(createHash('sha256').update(content).digest('hex'))
  await admin.screenshot({ path: info.outputPath('sent.png') })
  expect(await readFile(target)).toEqual(content)

  // Not over a file that is there; then no checksum is shown that nothing has.
  await bar.getByRole('button', { name: 'Dismiss' }).click()
  await admin.getByRole('button', { name: 'More actions' }).click()
  await admin.getByRole('menuitem', { name: 'Send a file…' }).click()
  await admin
    .locator('input[type=file]')
    .setInputFiles({ name: 'empty', mimeType: 'text/plain', buffer: Buffer.alloc(0) })
  await dialog.getByLabel('Path on the device').fill(target)
  await dialog.getByRole('button', { name: 'Send' }).click()
  await expect(bar).toContainText('exists on the device, and was left as it is')
  await expect(bar).not.toContainText('SHA-256')
  expect(await readFile(target)).toEqual(content)
})
