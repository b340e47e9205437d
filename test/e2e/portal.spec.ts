import { join } from 'node:path'
import { databaseFile, openStore } from '../../server/store/database.ts'
import { keySightingRepository } from '../../server/store/key-sightings.ts'
import { type Forge, startForge } from '../fakes/forge.ts'
import { fingerprintOf, keyLine } from '../fakes/key-lines.ts'
import { demoDevice, expect, type Gateway, must, pageOf, test } from './fixtures.ts'

let forge: Forge
test.beforeAll(async () => {
  forge = await startForge()
})
test.afterAll(() => forge.close())

test('keys are imported from an address, once somebody says whose they are', async ({ admin, gateway }) => {
  const [known, fresh, other] = [keyLine('known'), keyLine('ann@desk'), keyLine('ann@tablet')]
  forge.pages.set('/ann.keys', { body: `${known}\n${fresh}\n${other}\nssh-dss AAAAB3NzaC1kc3M=\n` })
  must(await (await gateway.admin()).call('POST', '/api/keys', { text: known }))
  await gateway.kill()
  await gateway.start({
    LIFELINE_KEYS_IMPORT_ORIGINS: forge.origin,
    NODE_EXTRA_CA_CERTS: forge.certificate,
  })
  await admin.goto(`${gateway.url}/keys`)
  await admin.getByRole('button', { name: 'Import' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Import keys from an address' })
  const address = dialog.getByLabel('Address')

  await address.fill(`${forge.origin.replace('localhost', '127.0.0.1')}/ann.keys`)
  await address.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('this gateway does not fetch keys')
  await address.fill(`${forge.origin}/ann.keys`)
  await address.press('Enter')

  const found = dialog.getByRole('list', { name: 'Keys at the address' })
  await expect(found.getByRole('listitem')).toHaveCount(4)
  await expect(found.getByRole('listitem').filter({ hasText: fingerprintOf(known) })).toContainText(
    'Is there already',
  )
  await expect(found.getByRole('listitem').filter({ hasText: 'Line 4' })).toContainText('DSA')
  await found.getByRole('listitem').filter({ hasText: 'ann@tablet' }).getByRole('checkbox').uncheck()
  const add = dialog.getByRole('button', { name: 'Add 1 key' })
  await expect(add).toBeDisabled()
  await dialog.getByLabel('I know whose account this is').check()
  await add.click()

  await expect(dialog).toHaveCount(0)
  const row = admin.getByRole('row', { name: /ann@desk/ })
  await expect(row).toContainText(fingerprintOf(fresh))
  await expect(admin.getByRole('row', { name: /ann@tablet/ })).toHaveCount(0)
  // Nothing of the person goes along.
  expect(forge.asked).toEqual([`${new URL(forge.origin).host} /ann.keys `])
})

test('a new key is handed out on one server, on several, on all or on none', async ({ browser, gateway }) => {
  const ann = await gateway.person('Ann')
  await gateway.join(ann, 'owner')
  const names = ['demo-box', 'demo-chatterbox']
  const page = await pageOf(browser, gateway, ann)
  await page.goto(`${gateway.url}/keys`)
  const choices = [
    { comment: 'for-all', choice: 'Every server of your projects', servers: names },
    { comment: 'for-one', choice: 'Only these servers', servers: ['demo-chatterbox'] },
    { comment: 'for-both', choice: 'Only these servers', servers: names },
    { comment: 'for-none', choice: 'None for now', servers: [] },
  ]
  for (const { comment, choice, servers } of choices) {
    await page.getByRole('button', { name: 'Add SSH key' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add SSH key' })
    await dialog.getByLabel('Public key').fill(keyLine(comment))
    await dialog.getByLabel(choice).check()
    if (choice === 'Only these servers') {
      await dialog.getByRole('combobox', { name: 'Servers that get the key' }).click()
      for (const name of servers) await page.getByRole('option', { name, exact: true }).click()
      await page.keyboard.press('Escape')
    }
    await dialog.getByRole('button', { name: 'Add key', exact: true }).click()
    await expect(page.getByRole('row', { name: new RegExp(comment) })).toBeVisible()
    await expect(dialog).toHaveCount(0)
  }
  for (const name of names) {
    const { id } = await demoDevice(ann, name)
    await page.goto(`${gateway.url}/devices/${id}/keys`)
    for (const { comment, servers } of choices) {
      const handedOut = page.getByRole('switch', { name: `Ann, owner: hand out ${comment}` })
      await expect(handedOut).toBeChecked({ checked: servers.includes(name) })
    }
  }
})

test('a new key goes on to its push, to the servers that were chosen for it', async ({
  browser,
  gateway,
}) => {
  const ann = await gateway.person('Ann')
  await gateway.join(ann, 'owner')
  const page = await pageOf(browser, gateway, ann)
  const line = keyLine('ann@desk')
  await page.goto(`${gateway.url}/keys`)
  await page.getByRole('button', { name: 'Add SSH key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add SSH key' })
  await dialog.getByLabel('Public key').fill(line)
  const push = dialog.getByRole('button', { name: 'Add and push…' })
  await dialog.getByLabel('None for now').check()
  await expect(push).toHaveCount(0)
  await dialog.getByLabel('Only these servers').check()
  await dialog.getByRole('combobox', { name: 'Servers that get the key' }).click()
  await page.getByRole('option', { name: 'demo-box', exact: true }).click()
  await page.keyboard.press('Escape')
  await push.click()
  await expect(page.getByRole('heading', { name: 'Push a key' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Keys' })).toContainText(fingerprintOf(line))
  const { id } = await demoDevice(ann, 'demo-box')
  await expect(page).toHaveURL((url) => url.searchParams.get('devices') === id)
})

test('a key that a server still has is deleted only when it may stay there', async ({ admin, gateway }) => {
  const line = keyLine('ann@old-laptop')
  const person = await gateway.admin()
  must(await person.call('POST', '/api/keys', { text: line }))
  const { id } = await demoDevice(person, 'demo-box')
  await readDevice(gateway, id, line)

  await admin.goto(`${gateway.url}/keys`)
  const row = admin.getByRole('row', { name: /ann@old-laptop/ })
  await expect(row).toContainText('1 server')
  await row.getByRole('button', { name: 'Actions for ann@old-laptop' }).click()
  await admin.getByRole('menuitem', { name: 'Delete…' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Delete ann@old-laptop?' })
  await expect(dialog).toContainText('1 server still has it')
  await expect(dialog.getByRole('table', { name: 'Servers with ann@old-laptop' })).toContainText('demo-box')
  await expect(dialog).toContainText('Or run this on each of them as root')
  const remove = dialog.getByRole('button', { name: 'Delete key' })
  await expect(remove).toBeDisabled()
  await dialog.getByLabel('Delete it here, and leave it on these servers').check()
  await remove.click()
  await expect(row).toHaveCount(0)

  await admin.goto(`${gateway.url}/devices/${id}/keys`)
  const strangers = admin.getByRole('table', { name: 'Strangers' })
  await expect(strangers.getByRole('row', { name: /ann@old-laptop/ })).toContainText(fingerprintOf(line))
})

/** As when the device's keys had been read, and this one was among them. */
async function readDevice(gateway: Gateway, deviceId: string, line: string): Promise<void> {
  await gateway.kill()
  const store = await openStore(join(gateway.dataDir, databaseFile))
  const sighting = { sha256: fingerprintOf(line), type: 'ssh-ed25519', bits: 256, comment: 'ann@old-laptop' }
  await keySightingRepository(store).replace(deviceId, Date.now(), [{ ...sighting, state: 'there' }])
  await store.destroy()
  await gateway.start()
}
