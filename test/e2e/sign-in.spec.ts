import { adminEmail, enter, expect, ownPassword, test } from './fixtures.ts'

test.describe(() => {
  test.use({ untouched: true })

  test('the first sign-in asks for a password of one’s own, and then shows the devices', async ({
    page,
    gateway,
  }) => {
    await page.goto(gateway.url)
    await expect(page).toHaveTitle('Sign in · Lifeline')
    await page.getByLabel('E-mail').fill(adminEmail)
    await page.getByLabel('Password', { exact: true }).fill(gateway.firstPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()

    await expect(page.getByRole('heading', { name: 'Choose your password' })).toBeVisible()
    await page.getByLabel('Current password').fill(gateway.firstPassword)
    await page.getByLabel('New password', { exact: true }).fill('short')
    await page.getByLabel('New password again').fill('other')
    await page.getByRole('button', { name: /Set password/ }).click()
    await expect(page.getByText('Too short')).toBeVisible()
    await expect(page.getByText('The two are not the same')).toBeVisible()

    // Nothing else works until then.
    await page.goto(`${gateway.url}/projects`)
    await expect(page.getByRole('heading', { name: 'Choose your password' })).toBeVisible()

    await page.getByLabel('Current password').fill(gateway.firstPassword)
    await page.getByLabel('New password', { exact: true }).fill(ownPassword)
    await page.getByLabel('New password again').fill(ownPassword)
    await page.getByRole('button', { name: /Set password/ }).click()
    await expect(page.getByRole('heading', { name: 'Projects' })).toBeVisible()
    await page.getByRole('link', { name: 'Devices', exact: true }).click()
    await expect(page.getByRole('link', { name: 'demo-box', exact: true })).toBeVisible()
  })
})

test('a wrong password is told, and after too many the time to wait', async ({ page, gateway }) => {
  await page.goto(gateway.url)
  await page.getByLabel('E-mail').fill(adminEmail)
  const button = page.getByRole('button', { name: 'Sign in' })
  const alert = page.getByRole('alert')
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await button.click()
  await expect(alert).toContainText('That did not match')
  const waiting = page.getByRole('button', { name: /^Wait \d+ s$/ })
  await expect(async () => {
    if (await waiting.isVisible()) return
    await button.click({ timeout: 1000 })
    await expect(waiting).toBeVisible({ timeout: 1000 })
  }).toPass({ intervals: [0] })
  await expect(waiting).toBeDisabled()
  await expect(alert).toContainText('Too many tries')
})

test('an address that needs a session leads through the sign-in and back', async ({ page, gateway }) => {
  await gateway.admin()
  await page.goto(`${gateway.url}/audit`)
  await expect(page.getByText('Sign in to go on where you were')).toBeVisible()
  await page.getByLabel('E-mail').fill(adminEmail)
  await page.getByLabel('Password', { exact: true }).fill(ownPassword)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${gateway.url}/audit`)
  await expect(page.getByRole('heading', { name: 'Audit' })).toBeVisible()
})

test('an address of another site is not gone back to', async ({ page, gateway }) => {
  await gateway.admin()
  await page.goto(`${gateway.url}/sign-in?to=${encodeURIComponent('//evil.example/')}`)
  await page.getByLabel('E-mail').fill(adminEmail)
  await page.getByLabel('Password', { exact: true }).fill(ownPassword)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${gateway.url}/`)
})

test('signing out everywhere ends the other browsers', async ({ admin, browser, gateway }) => {
  const person = await gateway.admin()
  const context = await browser.newContext()
  await enter(context, person)
  const other = await context.newPage()
  await other.goto(`${gateway.url}/projects`)
  await expect(other.getByRole('heading', { name: 'Projects' })).toBeVisible()

  await admin.goto(`${gateway.url}/account`)
  await admin.getByRole('button', { name: 'Sign out everywhere' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(admin.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await other.getByRole('link', { name: 'Devices', exact: true }).click()
  await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await context.close()
})
