import { demoDevice, expect, must, test } from './fixtures.ts'

test('a demo device is added, tested and opened', async ({ admin }) => {
  await admin.getByRole('link', { name: 'Add device' }).click()
  await admin.getByLabel('Name', { exact: true }).fill('My Box')
  await admin.getByRole('combobox', { name: 'Transport' }).click()
  await admin.getByRole('option', { name: /^Demo/ }).click()
  await admin.getByRole('button', { name: 'Test connection' }).click()
  await expect(admin.getByText(/^Connected in \d+\.\d s$/)).toBeVisible()
  await admin.getByRole('button', { name: 'Add device' }).click()
  await expect(admin.getByText(/Must be 1 to 63 lower-case letters/)).toBeVisible()
  await expect(admin.getByRole('alert')).toContainText('One field needs a look')

  // What only the gateway knows lands at its field too.
  await admin.getByLabel('Name', { exact: true }).fill('demo-box')
  await admin.getByRole('button', { name: 'Add device' }).click()
  await expect(admin.getByRole('alert')).toContainText('The device was not added')
  await expect(admin.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true')

  await admin.getByLabel('Name', { exact: true }).fill('my-box')
  await admin.getByRole('button', { name: 'Add device' }).click()
  await expect(admin.getByRole('heading', { name: 'my-box' })).toBeVisible()
  await expect(admin.getByRole('status').filter({ hasText: 'Line: Connected' })).toBeAttached()
})

test('a device gets tags, and servers to push to are found by them', async ({ admin, gateway }) => {
  const { id } = await demoDevice(await gateway.admin(), 'demo-box')
  await admin.goto(`${gateway.url}/devices/${id}/edit`)
  const tags = admin.getByRole('combobox', { name: 'Tags', exact: true })
  await tags.fill('Not-One')
  await tags.press('Enter')
  await admin.getByRole('button', { name: 'Save changes' }).click()
  await expect(admin.getByText(/Must be 1 to 32 lower-case letters/)).toBeVisible()
  await tags.press('Backspace')
  await tags.fill('rack-4')
  await tags.press('Enter')
  await admin.getByRole('button', { name: 'Save changes' }).click()
  await expect(admin.getByRole('heading', { name: 'demo-box', exact: true })).toBeVisible()
  await admin.goto(gateway.url)
  await expect(admin.getByRole('table', { name: 'Devices' })).toContainText('#rack-4')
  await admin.goto(`${gateway.url}/push`)
  await admin.getByRole('combobox', { name: 'Add all with a tag' }).click()
  await admin.getByRole('option', { name: 'rack-4' }).click()
  await expect(admin).toHaveURL(new RegExp(`devices=${id}`))
  await expect(admin.getByRole('button', { name: 'Push keys' })).toBeVisible()
})

test('the list is filtered as one types, and by state', async ({ admin, gateway }) => {
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  for (let number = 1; number <= 60; number++) {
    const name = `rack-${number}`
    const transport = { kind: 'demo', scene: 'box' }
    must(
      await person.call('POST', '/api/devices', {
        projectId,
        name,
        transport,
        enabled: false,
        description: `unit ${number}`,
      }),
    )
  }
  await admin.reload()
  const table = admin.getByRole('table', { name: 'Devices' })
  const links = table.getByRole('link')
  // Only the rows in sight are drawn, and the table says how many there are with its head.
  await expect(table).toHaveAttribute('aria-rowcount', '63')
  await admin.keyboard.press('/')
  const filter = admin.getByRole('textbox', { name: 'Filter devices' })
  await expect(filter).toBeFocused()
  await admin.keyboard.type('rack unit 5')
  await expect(links).toHaveCount(15)
  await admin.keyboard.press('ArrowDown')
  await expect(links.first()).toBeFocused()
  await expect(links.first()).toHaveText('rack-5')
  await admin.keyboard.press('ArrowDown')
  await expect(links.nth(1)).toBeFocused()

  await filter.fill('chatter')
  await expect(links).toHaveCount(1)
  await filter.press('Enter')
  await expect(admin.getByRole('heading', { name: 'demo-chatterbox' })).toBeVisible()
  await admin.goBack()
  await expect(filter).toHaveValue('chatter')

  await filter.press('Escape')
  await admin.getByRole('button', { name: /^Online/ }).click()
  await expect(links).toHaveCount(2)
  await filter.fill('nothing like this')
  await expect(admin.getByText('No device matches “nothing like this”')).toBeVisible()
  await admin.getByRole('button', { name: 'Show all devices' }).click()
  await expect(table).toHaveAttribute('aria-rowcount', '63')
})

test('the list shows the last line printed and who is there, without a reload', async ({
  admin,
  browser,
  gateway,
}) => {
  const row = admin.getByRole('row').filter({ hasText: 'demo-box' })
  await expect(row).toContainText('lifeline-demo login:')
  await expect(row.getByRole('img', { name: /writes/ })).toHaveCount(0)
  const other = await (
    await browser.newContext({ storageState: await admin.context().storageState() })
  ).newPage()
  await other.goto(gateway.url)
  await other.getByRole('link', { name: 'demo-box', exact: true }).click()
  await expect(row.getByRole('img', { name: 'Admin writes' })).toBeVisible()
  await other.close()
  await expect(row.getByRole('img', { name: 'Admin writes' })).toHaveCount(0)
})

test('a device is changed and keeps what it is not told to change', async ({ admin, gateway }) => {
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  const transport = { kind: 'ipmi-sol', host: 'bmc7.example.net', username: 'lifeline' }
  const secrets = { password: 'kept and never shown' }
  must(
    await person.call('POST', '/api/devices', {
      projectId,
      name: 'kept',
      transport,
      secrets,
      enabled: false,
    }),
  )
  await admin.reload()
  await admin.getByRole('button', { name: 'Actions for kept' }).click()
  await admin.getByRole('menuitem', { name: 'Edit device' }).click()
  const password = admin.getByLabel('Password', { exact: true })
  await expect(password).toHaveValue('')
  await expect(password).toHaveAttribute('placeholder', 'Kept; leave empty to keep')
  await admin.getByLabel('Description').fill('A new description')
  await admin.getByRole('button', { name: 'Save changes' }).click()
  await expect(admin.getByRole('heading', { name: 'kept' })).toBeVisible()
  await expect(admin.getByText('A new description')).toBeVisible()
  expect((await demoDevice(person, 'kept')).secretsKept).toEqual(['password'])

  // Elsewhere the kept password is not sent: it must be entered again, or forgotten.
  await admin.getByRole('button', { name: 'More actions' }).click()
  await admin.getByRole('menuitem', { name: 'Edit device' }).click()
  await admin.getByLabel('Host', { exact: true }).fill('elsewhere.example.net')
  await expect(admin.getByText('for another address or user')).toBeVisible()
  await admin.getByRole('button', { name: 'Save changes' }).click()
  await expect(admin.getByRole('alert').filter({ hasText: 'The device was not saved' })).toBeVisible()
  await admin.getByRole('button', { name: 'Forget it' }).click()
  await admin.getByRole('button', { name: 'Save changes' }).click()
  await expect(admin.getByRole('heading', { name: 'kept' })).toBeVisible()
  expect((await demoDevice(person, 'kept')).secretsKept).toEqual([])
})

test('people are added to projects, and given passwords once', async ({ admin, gateway, browser }) => {
  await admin.goto(`${gateway.url}/users`)
  await admin.getByRole('button', { name: 'Add user' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Grace Hopper')
  await dialog.getByLabel('E-mail').fill('grace@example.org')
  await dialog.getByRole('button', { name: 'Add user' }).click()
  const password = await admin.getByLabel('Generated password', { exact: true }).inputValue()
  await admin.getByRole('button', { name: 'I have it' }).click()
  await expect(admin.getByRole('row').filter({ hasText: 'Grace Hopper' })).toContainText(
    'Has not chosen a password',
  )

  await admin.goto(`${gateway.url}/projects`)
  await admin.getByRole('link', { name: 'Demo' }).click()
  await admin.getByLabel('E-mail of the new member').fill('nobody@example.org')
  await admin.getByRole('button', { name: 'Add member' }).click()
  await expect(admin.getByLabel('E-mail of the new member')).toHaveAttribute('aria-invalid', 'true')
  await admin.getByLabel('E-mail of the new member').fill('grace@example.org')
  await admin.getByRole('button', { name: 'Add member' }).click()
  await expect(admin.getByRole('row').filter({ hasText: 'Grace Hopper' })).toBeVisible()

  const grace = await (await browser.newContext()).newPage()
  await grace.goto(gateway.url)
  await grace.getByLabel('E-mail').fill('grace@example.org')
  await grace.getByLabel('Password', { exact: true }).fill(password)
  await grace.keyboard.press('Enter')
  await expect(grace.getByRole('heading', { name: 'Choose your password' })).toBeVisible()
})

test('a token is shown once, works, and is revoked', async ({ admin, gateway }) => {
  await admin.goto(`${gateway.url}/account`)
  await admin.getByRole('button', { name: 'New token' }).click()
  await admin.getByRole('dialog').getByLabel('Name').fill('laptop')
  await admin.getByRole('button', { name: 'Create token' }).click()
  const secret = await admin.getByLabel('API token', { exact: true }).inputValue()
  const ask = () => fetch(`${gateway.url}/api/devices`, { headers: { authorization: `Bearer ${secret}` } })
  expect((await ask()).status).toBe(200)
  await admin.getByRole('button', { name: 'I have it' }).click()
  await admin.reload()
  await expect(admin.getByText(secret)).toHaveCount(0)
  await admin.getByRole('button', { name: 'Revoke laptop' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click()
  await expect(admin.getByText('None yet')).toBeVisible()
  expect((await ask()).status).toBe(401)
})
