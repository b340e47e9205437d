import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { demoDevice, expect, must, pageOf, test } from './fixtures.ts'

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' }).trim()

let folder: string
/** Ann's PuTTY file and its public line, Bob's public line, and a private key of OpenSSH. */
let files: { ppk: string; line: string; bob: string; secret: string }

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-keys-'))
  const ann = join(folder, 'ann.ppk')
  const phrase = join(folder, 'phrase')
  const bob = join(folder, 'bob')
  await writeFile(phrase, 'correct horse')
  run('puttygen', '-q', '-t', 'ed25519', '-C', 'ann@work', '--new-passphrase', phrase, '-o', ann)
  run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'bob@home', '-f', bob)
  const read = (path: string) => readFile(path, 'utf8')
  files = {
    ppk: await read(ann),
    line: run('puttygen', ann, '-O', 'public-openssh'),
    bob: await read(`${bob}.pub`),
    secret: await read(bob),
  }
})
test.afterAll(() => rm(folder, { recursive: true }))

/** As when a person drags a file out of their file manager. */
async function drop(onto: Locator, name: string, content: string): Promise<void> {
  const dataTransfer = await onto.page().evaluateHandle(
    ({ name, content }) => {
      const files = new DataTransfer()
      files.items.add(new File([content], name))
      return files
    },
    { name, content },
  )
  await onto.dispatchEvent('drop', { dataTransfer })
}

/** All that the page sends from now on. */
function noteRequests(page: Page): { url: string; body: string }[] {
  const sent: { url: string; body: string }[] = []
  page.on('request', (request) => sent.push({ url: request.url(), body: request.postData() ?? '' }))
  return sent
}

test('a PuTTY key is dropped, and with a collaborator’s it comes to the device’s table', async ({
  browser,
  gateway,
}) => {
  const { ppk, line } = files
  const secrets = ppk
    .slice(ppk.indexOf('Private-Lines'))
    .split(/\s+/)
    .filter((word) => word.length > 20)
  const [ann, bob] = [await gateway.person('Ann'), await gateway.person('Bob')]
  await gateway.join(ann, 'owner')
  const { id, projectId } = await demoDevice(ann, 'demo-box')
  const page = await pageOf(browser, gateway, ann)

  await page.getByRole('link', { name: 'SSH keys' }).click()
  const sent = noteRequests(page)
  await page.getByRole('button', { name: 'Add SSH key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add SSH key' })
  await drop(dialog.getByLabel('Public key'), 'ann.ppk', ppk)
  await expect(dialog.getByText('Only the public lines of the .ppk file are used')).toBeVisible()
  await expect(dialog.getByRole('list', { name: 'Keys found' })).toContainText(line)
  await dialog.getByLabel('Label').fill('work laptop')
  await dialog.getByRole('button', { name: 'Add key' }).click()
  await expect(page.getByRole('row', { name: /work laptop/ })).toContainText(fingerprint(line))
  expect(sent.filter(({ body }) => secrets.some((secret) => body.includes(secret)))).toEqual([])
  expect(sent.filter(({ body }) => body.includes(line))).toHaveLength(1)

  await page.goto(`${gateway.url}/projects/${projectId}`)
  await page.getByLabel('E-mail of the new member').fill(bob.email)
  await page.getByRole('button', { name: 'Add member' }).click()
  await expect(page.getByRole('table', { name: 'Members' })).toContainText('Bob')

  await page.goto(`${gateway.url}/devices/${id}/keys`)
  const table = page.getByRole('table', { name: 'Who can log in' })
  await expect(table.getByRole('row', { name: /work laptop/ })).toContainText('Ann, owner')
  must(await bob.call('POST', '/api/keys', { text: files.bob }))
  const bobs = await pageOf(browser, gateway, bob)
  await bobs.goto(`${gateway.url}/devices/${id}/keys`)
  for (const who of [page, bobs]) {
    const row = who.getByRole('row', { name: /bob@home/ })
    await expect(row).toContainText('Bob, collaborator')
    await expect(who.getByRole('row', { name: /work laptop/ })).toBeVisible()
  }
  // A collaborator chooses for their own keys alone.
  await expect(bobs.getByRole('switch', { name: 'Ann, owner: hand out work laptop' })).toBeDisabled()
  const own = bobs.getByRole('switch', { name: 'Bob, collaborator: hand out bob@home' })
  await own.focus()
  await bobs.keyboard.press('Space')
  await expect(own).not.toBeChecked()
  await expect(page.getByRole('switch', { name: 'Bob, collaborator: hand out bob@home' })).not.toBeChecked()
})

function fingerprint(line: string): string {
  const said = execFileSync('ssh-keygen', ['-lf', '-'], { input: line, encoding: 'utf8' })
  return said.split(' ')[1] ?? 'none'
}

test('no private key leaves the page: not a pasted one, and not one that is made there', async ({
  admin,
  gateway,
}) => {
  const { secret } = files
  await admin.goto(`${gateway.url}/keys`)
  await admin.getByRole('button', { name: 'Add SSH key' }).click()
  const dialog = admin.getByRole('dialog')
  const field = dialog.getByLabel('Public key')
  await field.focus()
  const sent = noteRequests(admin)
  for (const give of [() => field.fill(secret), () => drop(field, 'id_ed25519', secret)]) {
    await give()
    await expect(dialog.getByRole('alert')).toContainText('That is a private key. Nothing was sent')
    await expect(field).toHaveValue('')
    await expect(dialog.getByRole('button', { name: 'Add key' })).toBeDisabled()
    await field.fill('ssh-ed25519')
    await expect(dialog.getByRole('alert')).toHaveCount(0)
  }
  expect(sent).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await admin.getByRole('button', { name: 'Generate a key' }).click()
  await dialog.getByLabel('Comment').fill('admin@tablet')
  await dialog.getByLabel('Passphrase', { exact: true }).fill('correct horse')
  await dialog.getByLabel('Passphrase again').fill('correct horse')
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  const made = await saveBoth(admin, dialog)
  const { violations } = await new AxeBuilder({ page: admin }).analyze()
  expect(violations).toEqual([])
  await dialog.getByRole('button', { name: 'Saved, add the public key' }).click()
  await dialog.getByRole('button', { name: 'Add key' }).click()
  const row = admin.getByRole('row', { name: /admin@tablet/ })
  await expect(row).toBeVisible()

  const line = run('ssh-keygen', '-y', '-P', 'correct horse', '-f', made.openSsh)
  expect(run('puttygen', made.ppk, '-O', 'public-openssh')).toBe(line)
  await expect(row).toContainText(fingerprint(line))
  // Nothing but the list, the code of the page and the one public line.
  expect(sent.filter(({ body }) => body !== '').map(({ body }) => JSON.parse(body).text)).toEqual([line])
  const kept = await admin.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  expect(kept).not.toContain('PRIVATE')
})

async function saveBoth(page: Page, dialog: Locator): Promise<{ openSsh: string; ppk: string }> {
  const save = async (button: string, name: string) => {
    const download = page.waitForEvent('download')
    await dialog.getByRole('button', { name: button }).click()
    const path = join(folder, name)
    await (await download).saveAs(path)
    execFileSync('chmod', ['600', path])
    return path
  }
  return { openSsh: await save('For OpenSSH', 'made'), ppk: await save('For PuTTY', 'made.ppk') }
}
