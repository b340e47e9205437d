import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { runOnDemoBox } from './demo-box.ts'
import {
  consoleOn,
  demoDevice,
  expect,
  expectAccessible,
  type Gateway,
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
const printNumbers = (gateway: Gateway, from: number, to: number) =>
  runOnDemoBox(gateway, `seq ${from} ${to}`)

test('keeps the place while earlier output is put before it', async ({ admin, gateway }) => {
  await printNumbers(gateway, 100_000, 130_000)
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

test('jumps to a time, to the last boot, and by the time line', async ({ admin, gateway }) => {
  await runOnDemoBox(gateway, "echo Linux ver''sion 6; seq 100000 101000")
  const { page, output, rows } = await openHistory(admin, gateway, 'demo-box')
  const jump = page.getByRole('button', { name: 'Jump to' })
  await jump.click()
  await page.getByLabel('Time', { exact: true }).fill('soon')
  await expect(page.getByText(/Try 02:00/)).toBeVisible()
  await expectAccessible(page, '[role="dialog"]')
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

  const { promise: searched, resolve: search } = Promise.withResolvers<void>()
  await page.route('**/history/search', async (route) => {
    await searched
    await route.continue()
  })
  await jump.click()
  const boot = page.getByRole('button', { name: 'Before the last boot' })
  await boot.click()
  // As long as it takes to read all that is held.
  await expect(boot).toBeDisabled()
  search()
  await expect(boot).toBeHidden()
  const first = rows.filter({ hasText: 'Linux version 6' })
  await expect(first).toBeInViewport()
  await expect(first).toHaveAttribute('data-chosen', 'true')

  // A time that is left out takes no room on a phone, neither beside nor below its line.
  await page.setViewportSize({ width: 390, height: 844 })
  await strip.focus()
  await page.keyboard.press('End')
  const between = async (one: string, other: string) => {
    const [above, below] = [
      await rows.filter({ hasText: one }).boundingBox(),
      await rows.filter({ hasText: other }).boundingBox(),
    ]
    return (below?.y ?? 0) - (above?.y ?? 0)
  }
  await expect(rows.filter({ hasText: '100999' })).toBeInViewport()
  expect(await between('100900', '101000')).toBeLessThan(100 * 20)
})

test('finds a line, shows it, and steps to the next', async ({ admin, gateway }) => {
  await printNumbers(gateway, 100_000, 180_000)
  const { page, rows } = await openHistory(admin, gateway, 'demo-box')
  const field = page.getByRole('textbox', { name: 'Search this console' })
  await field.fill('1[0-9]5(000|400)$')
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  const panel = page.getByRole('complementary', { name: 'Matches' })
  await expect(panel.getByRole('status')).toContainText('16 matches')
  await panel.getByRole('button', { name: /125000/ }).click()
  const line = rows.filter({ hasText: '125000' })
  await expect(line).toBeInViewport()
  await expect(line.locator('mark')).toHaveText('125000')
  await expectAccessible(page, '[data-chosen]')
  await panel.getByRole('button', { name: 'Newer match' }).click()
  // On the page already, far below what is seen.
  await expect(rows.filter({ hasText: '125400' }).locator('mark')).toHaveText('125400')
  await expect(rows.filter({ hasText: '125400' })).toBeInViewport()
  await panel.getByRole('button', { name: 'Older match' }).click()
  await panel.getByRole('button', { name: 'Older match' }).click()
  await expect(rows.filter({ hasText: '115400' })).toBeInViewport()
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
  await printNumbers(gateway, 100_000, 180_000)
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

interface Screenful {
  from: number
  to: number
  /** Each number between stands there once, in order. */
  whole: boolean
}

/** In the page: scrolls to one end of what is loaded until `edge` is read there; returns the numbers that were on the page after each step. */
async function scrollTill(box: Element, { up, edge }: { up: boolean; edge: string }): Promise<Screenful[]> {
  const rows = () => [...box.querySelectorAll<HTMLElement>('[data-offset]')]
  const outermost = () => rows().at(up ? 0 : -1)?.dataset.offset
  const isThere = () => box.textContent?.includes(edge) === true
  const seen: Screenful[] = []
  for (;;) {
    const numbers = rows()
      .flatMap((row) => /(\d{6}) =+$/.exec(row.textContent ?? '')?.[1] ?? [])
      .map(Number)
    const from = numbers[0] ?? 0
    const whole = numbers.every((number, at) => number === from + at)
    seen.push({ from, to: numbers.at(-1) ?? 0, whole })
    if (isThere()) return seen
    const before = outermost()
    box.scrollTo(0, up ? 0 : box.scrollHeight)
    while (outermost() === before && !isThere()) await new Promise((done) => setTimeout(done, 10))
  }
}

test('scrolls back past a megabyte and forth again, missing no line and holding few', async ({
  admin,
  gateway,
}) => {
  test.slow()
  await runOnDemoBox(gateway, `seq -f '%.0f ${'='.repeat(120)}' 100000 109000`)
  const { output, rows } = await openHistory(admin, gateway, 'demo-box')
  await expect(rows.filter({ hasText: '109000 =' })).toBeInViewport()
  const back = await output.evaluate(scrollTill, { up: true, edge: 'The first byte that was ever printed' })
  await expect(output.getByText('Lifeline demo box ttyS0').first()).toBeAttached()
  const forth = await output.evaluate(scrollTill, { up: false, edge: 'This is the newest output' })
  expect(back.at(-1)?.from).toBe(100_000)
  expect(forth.at(-1)?.to).toBe(109_000)
  for (const [at, { from, to, whole }] of [...back, ...forth].entries()) {
    expect(whole, `${from} to ${to}`).toBe(true)
    expect(to - from).toBeLessThan(5000)
    const before = [...back, ...forth][at - 1]
    if (before) expect(from <= before.to + 1 && to >= before.from - 1).toBe(true)
  }
})

test('downloads all or a span in each format', async ({ admin, gateway }) => {
  await printNumbers(gateway, 100_000, 101_000)
  const { page, rows } = await openHistory(admin, gateway, 'demo-box')
  const open = page.getByRole('button', { name: 'Save or play' })
  const download = async (name: RegExp) => {
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name }).click()
    const file = await waiting
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
  }
  await open.click()
  await expect(page.getByText(/[KM]i?B of output$/)).toBeVisible()
  const raw = await download(/^Download as Raw/)
  expect(raw.name).toMatch(/^demo-box-.*\.log$/)
  expect(raw.text).toContain('\r\n100000\r\n100001\r\n')
  expect(raw.text).toContain('printed')
  const text = await download(/^Download as Text/)
  expect(text.text).toContain('\n100000\n100001\n')
  expect(text.text).not.toContain('\r')
  const cast = await download(/^Download as asciicast/)
  const [header, ...events] = cast.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(header).toMatchObject({ version: 2, width: 80, height: 24 })
  expect(events.map(([, , data]) => data).join('')).toContain('100000\r\n100001\r\n')

  await page.keyboard.press('Escape')
  const choose = async (line: string) => {
    const row = rows.filter({ hasText: line })
    await row.hover()
    await row.getByRole('link').click()
    await expect(row).toHaveAttribute('data-chosen', 'true')
    await open.click()
  }
  await choose('100990')
  await page.getByRole('button', { name: 'From here: the line chosen or seen first' }).click()
  await page.keyboard.press('Escape')
  await choose('100995')
  await page.getByRole('button', { name: 'To here: the line chosen or seen first' }).click()
  expect((await download(/^Download as Raw/)).text).toBe('100990\r\n100991\r\n100992\r\n100993\r\n100994\r\n')
  await page.getByLabel('From', { exact: true }).fill('tomorrow?')
  await expect(page.getByText('This is not a time')).toBeVisible()
  await expectAccessible(page, '[role="dialog"]')
  // Nothing is downloaded from elsewhere while a time is looked up, or could not be.
  await page.route(/history\/position/, (route) => route.abort())
  await page.getByLabel('From', { exact: true }).fill('1 hour ago')
  const rawLink = page.getByRole('link', { name: /^Download as Raw/ })
  await expect(rawLink).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText(/^The time could not be looked up: /)).toBeVisible()
  await expect(rawLink).toHaveAttribute('aria-disabled', 'true')
})

test('shows a gap where the gateway was killed, with its cause', async ({ admin, gateway }) => {
  await printNumbers(gateway, 100_000, 100_100)
  await gateway.kill()
  await gateway.start()
  const { output } = await openHistory(admin, gateway, 'demo-box')
  await expect(output.getByText(/the gateway was killed/).first()).toBeAttached()
})

test('the live console leads to what scrolled out of it', async ({ admin, gateway }) => {
  await printNumbers(gateway, 100_000, 102_000)
  // Who comes anew is given the screen and a part of what scrolled out of it.
  const box = await openConsole(admin, 'demo-box')
  await box.shows('printed')
  await box.input.focus()
  const earlier = admin.getByRole('link', { name: 'Earlier output' })
  await expect(async () => {
    await admin.keyboard.press('Shift+PageUp')
    await expect(earlier).toBeVisible({ timeout: 100 })
  }).toPass()
  const oldest = (await box.rows.first().innerText()).trim()
  await earlier.click()
  await admin.getByRole('button', { name: 'Leave it open' }).click()
  const { rows } = await historyOn(admin, 'demo-box')
  await expect(rows.filter({ hasText: oldest })).toBeInViewport()
  await expect(rows.filter({ hasText: `${Number(oldest) - 2}` })).toBeInViewport()
  await admin.getByRole('link', { name: 'Live console' }).first().click()
  await consoleOn(admin)
})

test('follows what is printed while the end is in sight', async ({ admin, browser, gateway }) => {
  await printNumbers(gateway, 100_000, 100_100)
  const bob = await gateway.person('Bob')
  await gateway.join(bob, 'watcher')
  const theirs = await pageOf(browser, gateway, bob)
  const { rows } = await openHistory(theirs, gateway, 'demo-box')
  const box = await openConsole(admin, 'demo-box')
  await box.type('seq 700000 700020\r')
  await expect(rows.filter({ hasText: /:\d\d700020$/ })).toBeInViewport()
})
