import type { Locator, Page } from '@playwright/test'
import {
  demoDevice,
  expect,
  type Gateway,
  logIn,
  openConsole,
  ownPassword,
  pageOf,
  test,
} from './fixtures.ts'

interface HistoryPage {
  page: Page
  output: Locator
  rows: Locator
}

async function openHistory(page: Page, gateway: Gateway, device: string, rest = ''): Promise<HistoryPage> {
  const { id } = await demoDevice(await gateway.admin(), device)
  await page.goto(`${gateway.url}/devices/${id}/history${rest}`)
  return historyOn(page, device)
}

async function historyOn(page: Page, device: string): Promise<HistoryPage> {
  await expect(page.getByRole('heading', { level: 1, name: `History of ${device}` })).toBeVisible()
  const output = page.getByRole('region', { name: `Output of ${device}` })
  await expect(output).toHaveAttribute('aria-busy', 'false')
  return { page, output, rows: output.locator('[data-offset]') }
}

/** Has the demo box print numbers, one on each line: lines of 8 bytes. */
async function printNumbers(page: Page, from: number, to: number): Promise<void> {
  const box = await openConsole(page, 'demo-box')
  await logIn(box)
  await box.type(`seq ${from} ${to}; echo print''ed\r`)
  await expect(box.rows.filter({ hasText: 'printed' }).first()).toBeAttached({ timeout: 60_000 })
}

test('keeps the place while earlier output is put before it', async ({ admin, gateway }) => {
  await printNumbers(admin, 100_000, 130_000)
  const { output, rows } = await openHistory(admin, gateway, 'demo-box')
  const line = rows.filter({ hasText: '129900' })
  await line.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  await expect(output).toHaveAttribute('aria-busy', 'false')
  const before = (await line.boundingBox())?.y
  const first = await rows.first().getAttribute('data-offset')
  await output
    .getByRole('button', { name: 'Earlier output' })
    .evaluate((button: HTMLElement) => button.click())
  await expect(rows.first()).not.toHaveAttribute('data-offset', first ?? '')
  expect(Math.abs(((await line.boundingBox())?.y ?? 0) - (before ?? 0))).toBeLessThan(2)
})

test('jumps to a time and by the time line', async ({ admin, gateway }) => {
  await printNumbers(admin, 100_000, 101_000)
  const { page, output, rows } = await openHistory(admin, gateway, 'demo-box')
  const jump = page.getByRole('button', { name: 'Jump to' })
  await jump.click()
  await page.getByLabel('Time', { exact: true }).fill('soon')
  await expect(page.getByText(/Try 02:00/)).toBeVisible()
  await page.getByLabel('Time', { exact: true }).fill('yesterday 14:00')
  await page.keyboard.press('Enter')
  await expect(output.getByText('Lifeline demo box ttyS0').first()).toBeInViewport()
  const strip = page.getByRole('slider', { name: 'Time line' })
  await strip.focus()
  await page.keyboard.press('End')
  await expect(rows.filter({ hasText: '101000' })).toBeInViewport()
  await page.keyboard.press('Home')
  await expect(output.getByText('Lifeline demo box ttyS0').first()).toBeInViewport()
  await expect(
    output.getByRole('link', { name: /^Choose this line, \d{4}-\d\d-\d\d/ }).first(),
  ).toBeAttached()
})

test('finds a line, shows it, and steps to the next', async ({ admin, gateway }) => {
  await printNumbers(admin, 100_000, 180_000)
  const { page, rows } = await openHistory(admin, gateway, 'demo-box')
  const field = page.getByRole('textbox', { name: 'Search this console' })
  await field.fill('1[0-9]5(000|001)$')
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  const panel = page.getByRole('complementary', { name: 'Matches' })
  await expect(panel.getByRole('status')).toContainText('16 matches')
  await panel.getByRole('button', { name: /125000/ }).click()
  const line = rows.filter({ hasText: '125000' })
  await expect(line).toBeInViewport()
  await expect(line.locator('mark')).toHaveText('125000')
  await panel.getByRole('button', { name: 'Newer match' }).click()
  await expect(rows.filter({ hasText: '125001' }).locator('mark')).toHaveText('125001')
  await panel.getByRole('button', { name: 'Older match' }).click()
  await panel.getByRole('button', { name: 'Older match' }).click()
  await expect(rows.filter({ hasText: '115001' })).toBeInViewport()
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await field.fill('no such words')
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('status')).toContainText('Nothing like this was printed')
  await panel.getByRole('button', { name: 'Close the search' }).click()
  await expect(panel).toHaveCount(0)
})

test('a link leads a colleague to the very line, also by way of the sign-in', async ({
  admin,
  browser,
  gateway,
}) => {
  await printNumbers(admin, 100_000, 180_000)
  const { page, rows } = await openHistory(admin, gateway, 'demo-box')
  await page.getByRole('textbox', { name: 'Search this console' }).fill('123456')
  await page.keyboard.press('Enter')
  await page
    .getByRole('complementary', { name: 'Matches' })
    .getByRole('button', { name: /123456/ })
    .click()
  await expect(rows.filter({ hasText: '123456' })).toBeInViewport()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy link to here' }).click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/\/history\?at=\d+$/)

  const bob = await gateway.person('Bob')
  await gateway.join(bob, 'watcher')
  const theirs = await pageOf(browser, gateway, bob)
  await theirs.goto(link)
  const history = await historyOn(theirs, 'demo-box')
  const line = history.rows.filter({ hasText: '123456' })
  await expect(line).toBeInViewport()
  await expect(line).toHaveAttribute('data-chosen', 'true')

  await theirs.context().clearCookies()
  await theirs.goto(link)
  await theirs.getByLabel('E-mail').fill(bob.email)
  await theirs.getByLabel('Password', { exact: true }).fill(ownPassword)
  await theirs.keyboard.press('Enter')
  await expect((await historyOn(theirs, 'demo-box')).rows.filter({ hasText: '123456' })).toBeInViewport()

  const stranger = await gateway.person('Eve')
  const other = await pageOf(browser, gateway, stranger)
  await other.goto(link)
  await expect(other.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
})
