import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import {
  consoleOn,
  demoDevice,
  expect,
  type Gateway,
  logIn,
  must,
  openConsole,
  ownPassword,
  pageOf,
  readable,
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

/** Has the demo box print numbers, one on each line: `count` lines of 8 bytes. */
async function printNumbers(page: Page, from: number, to: number): Promise<void> {
  const box = await openConsole(page, 'demo-box')
  await logIn(box)
  await box.type(`seq ${from} ${to}; echo print''ed\r`)
  await expect(box.rows.filter({ hasText: 'printed' }).first()).toBeAttached({ timeout: 60_000 })
}

test('scrolls back past a megabyte and forth again, missing no line and holding few', async ({
  admin,
  gateway,
}) => {
  await printNumbers(admin, 100_000, 250_000)
  const { output, rows } = await openHistory(admin, gateway, 'demo-box')
  await expect(rows.filter({ hasText: '250000' })).toBeInViewport()
  const seen = new Set<number>()
  const look = async () => {
    for (const text of await rows.allInnerTexts()) seen.add(Number(/(\d{6})$/.exec(text)?.[1] ?? 0))
    expect(await rows.count()).toBeLessThan(20_000)
  }
  const began = output.getByText('The first byte that was ever printed')
  while ((await began.count()) === 0) {
    await look()
    await output.evaluate((element) => element.scrollTo(0, 0))
    await expect(output).toHaveAttribute('aria-busy', 'false')
  }
  await look()
  for (let number = 100_000; number <= 250_000; number++)
    if (!seen.has(number)) throw new Error(`${number} is missing`)
  await expect(output.getByText('Lifeline demo box ttyS0').first()).toBeAttached()
  await admin.getByRole('button', { name: 'Jump to' }).click()
  await admin.getByRole('button', { name: 'Newest' }).click()
  await expect(rows.filter({ hasText: '250000' })).toBeInViewport()
})

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

test('downloads all or a span in each format', async ({ admin, gateway }) => {
  await printNumbers(admin, 100_000, 110_000)
  const { page, rows } = await openHistory(admin, gateway, 'demo-box')
  const open = page.getByRole('button', { name: 'Save or play' })
  const download = async (name: RegExp) => {
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name }).click()
    const file = await waiting
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
  }
  await open.click()
  await expect(page.getByText(/KiB of output$/)).toBeVisible()
  const raw = await download(/^Download as Raw, [\d.]+ KiB/)
  expect(raw.name).toMatch(/^demo-box-.*\.log$/)
  expect(raw.text).toContain('\r\n100000\r\n100001\r\n')
  const text = await download(/^Download as Text/)
  expect(text.text).toContain('\n100000\n100001\n')
  const cast = await download(/^Download as asciicast/)
  const [header, ...events] = cast.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(header).toMatchObject({ version: 2, width: 80, height: 24 })
  expect(events.map(([, , data]) => data).join('')).toContain('100000\r\n100001\r\n')

  await page.keyboard.press('Escape')
  await rows.filter({ hasText: '109990' }).getByRole('link').click({ force: true })
  await open.click()
  await page.getByRole('button', { name: 'From the line chosen or seen first' }).click()
  const part = await download(/^Download as Raw/)
  expect(part.text.startsWith('109990\r\n109991\r\n')).toBe(true)
  await page.getByLabel('From', { exact: true }).fill('tomorrow?')
  await expect(page.getByText('This is not a time')).toBeVisible()
})

test('shows a gap where the gateway was killed, with its cause', async ({ admin, gateway }) => {
  await printNumbers(admin, 100_000, 100_100)
  await gateway.kill()
  await gateway.start()
  const { output } = await openHistory(admin, gateway, 'demo-box')
  await expect(output.getByText(/the gateway was (killed|stopped)/).first()).toBeAttached()
})

test('the live console leads to what scrolled out of it', async ({ admin }) => {
  await printNumbers(admin, 100_000, 130_000)
  const box = await consoleOn(admin)
  await box.input.focus()
  await admin.keyboard.press('Shift+Home')
  await admin.getByRole('link', { name: 'Earlier output' }).click()
  const { rows } = await historyOn(admin, 'demo-box')
  await expect(rows.filter({ hasText: /1(19|20|21|22)\d{3}/ }).first()).toBeInViewport()
  await admin.getByRole('link', { name: 'Live console' }).first().click()
  await consoleOn(admin)
})

test('follows what is printed while the end is in sight', async ({ admin, browser, gateway }) => {
  await printNumbers(admin, 100_000, 100_100)
  const bob = await gateway.person('Bob')
  await gateway.join(bob, 'watcher')
  const theirs = await pageOf(browser, gateway, bob)
  await readable(theirs)
  const { rows } = await openHistory(theirs, gateway, 'demo-box')
  const box = await consoleOn(admin)
  await box.type('seq 700000 700020\r')
  await expect(rows.filter({ hasText: '700020' })).toBeInViewport()
  must(await (await gateway.admin()).call('GET', '/api/devices'))
})
