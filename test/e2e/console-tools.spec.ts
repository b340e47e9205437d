import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, logIn, must, openConsole, scripted, test } from './fixtures.ts'

/** What this page's sockets have sent as bytes. */
function typedOn(page: Page): Buffer[] {
  const typed: Buffer[] = []
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string') typed.push(payload)
    }),
  )
  return typed
}

const menuItem = async (page: Page, name: string) => {
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name }).or(page.getByRole('menuitemcheckbox', { name })).click()
}

test('what scrolled off the screen is found, and the search types nothing', async ({ admin, gateway }) => {
  const typed = typedOn(admin)
  const on = await scripted(
    gateway,
    admin,
    'i=0; while [ $i -lt 60 ]; do printf "line %s of Needle\\r\\n" $i; i=$((i+1)); done; printf "needle at the end"',
  )
  await on.shows('at the end')
  await on.input.focus()
  await admin.keyboard.press('Control+Shift+F')
  const search = admin.getByRole('search', { name: 'Search in the terminal' })
  const field = search.getByRole('textbox')
  await expect(field).toBeFocused()
  await admin.keyboard.type('needle')
  await expect(search.getByRole('status')).toHaveText(/^\d+ of 61$/)
  await search.getByRole('button', { name: 'Match case' }).click()
  await expect(search.getByRole('status')).toHaveText('1 of 1')
  await search.getByRole('button', { name: 'Match case' }).click()
  await search.getByRole('button', { name: 'Regular expression' }).click()
  await field.fill('^line 7')
  await expect(search.getByRole('status')).toHaveText(/ of 1$/)
  // The only match has scrolled off.
  await on.shows('line 7 of Needle')
  await expect(admin.getByRole('button', { name: 'Newest' })).toBeVisible()
  await field.fill('line [')
  await expect(search.getByRole('status')).toHaveText('Not an expression')
  await field.fill('.*')
  await expect(search.getByRole('status')).toHaveText('Matches anything')
  await field.fill('line 1.')
  await expect(search.getByRole('status')).toHaveText(/^\d+ of 11$/)
  const first = await search.getByRole('status').textContent()
  await admin.keyboard.press('Enter')
  await expect(search.getByRole('status')).not.toHaveText(first ?? '')
  await admin.keyboard.press('Shift+Enter')
  await expect(search.getByRole('status')).toHaveText(first ?? '')
  expect(Buffer.concat(typed).toString()).toBe('')
  await admin.keyboard.press('Escape')
  await expect(search).toBeHidden()
  await expect(on.input).toBeFocused()
  await admin.keyboard.press('Control+Shift+End')
  await expect(admin.getByRole('button', { name: 'Newest' })).toBeHidden()
})

test('a link says where it leads, and a disguised one asks first', async ({ admin, gateway, context }) => {
  const opened: string[] = []
  await context.route(/example\.org|evil\.example/, (route) => {
    opened.push(route.request().url())
    expect(route.request().headers().referer).toBeUndefined()
    return route.fulfill({
      contentType: 'text/html',
      body: `<script>document.title = String(window.opener)</script>`,
    })
  })
  const on = await scripted(
    gateway,
    admin,
    "head -c1 >/dev/null; printf 'http://example.org/plain \\r\\n\\033]8;;https://evil.example/steal?it=1\\033\\\\https://bank.example\\033]8;;\\033\\\\ \\r\\n\\033]8;;javascript:alert(1)\\033\\\\script\\033]8;;\\033\\\\ end'",
  )
  // The screen that a newcomer gets holds text only: nothing that was hidden before is clickable.
  await on.type('g')
  await on.shows('script end')
  const screen = admin.locator('.xterm-screen')
  const at = async (row: number, column: number) => {
    const box = (await screen.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    return { x: ((column + 0.5) / 80) * box.width, y: ((row + 0.5) / 24) * box.height }
  }
  const card = admin.getByRole('tooltip')
  await screen.hover({ position: await at(0, 3) })
  await expect(card).toContainText('http://example.org/plain')
  await screen.click({ position: await at(0, 3) })
  expect(opened).toEqual([])
  const [plain] = await Promise.all([
    context.waitForEvent('page'),
    screen.click({ position: await at(0, 3), modifiers: ['Control'] }),
  ])
  await expect(plain).toHaveTitle('null')
  await plain.close()

  await screen.hover({ position: await at(1, 3) })
  await expect(card).toContainText('https://evil.example/steal?it=1')
  await screen.click({ position: await at(1, 3), modifiers: ['Control'] })
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toContainText('Open evil.example?')
  await expect(dialog).toContainText('“https://bank.example”')
  await expect(dialog.getByRole('textbox', { name: 'Full address' })).toHaveValue(
    'https://evil.example/steal?it=1',
  )
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(opened).toEqual(['http://example.org/plain'])
  await screen.hover({ position: await at(1, 5) })
  await screen.click({ position: await at(1, 3), modifiers: ['Control'] })
  const [evil] = await Promise.all([
    context.waitForEvent('page'),
    dialog.getByRole('button', { name: 'Open in a new tab' }).click(),
  ])
  await expect(evil).toHaveTitle('null')

  await screen.hover({ position: await at(2, 3) })
  await expect(card).toBeHidden()
  await screen.click({ position: await at(2, 3), modifiers: ['Control'] })
  await expect(dialog).toBeHidden()
})

test('links are opened by keyboard alone, and each shows where it leads', async ({ admin, gateway }) => {
  // Whether the other page knows this one is tried where the mouse opens it.
  const opened: unknown[] = []
  await admin.exposeFunction('open', (...given: unknown[]) => void opened.push(given))
  const on = await scripted(
    gateway,
    admin,
    "head -c1 >/dev/null; printf 'see http://example.org/%080d, \\r\\n\\033]8;;https://evil.example/steal\\033\\\\https://bank.example\\033]8;;\\033\\\\ \\r\\n\\033]8;;javascript:alert(1)\\033\\\\script\\033]8;;\\033\\\\ end' 7",
  )
  await on.type('g')
  await on.shows('script end')
  await on.input.focus()
  await admin.keyboard.press('Control+Shift+L')
  const list = admin.getByRole('dialog', { name: 'Links on the screen' })
  const long = `http://example.org/${'7'.padStart(80, '0')}`
  await expect(list.getByRole('listitem')).toHaveText([
    long,
    'https://evil.example/stealshown as “https://bank.example”; asks first',
  ])
  const last = list.getByRole('listitem').last().getByRole('button')
  await expect(last).toBeFocused()
  await admin.keyboard.press('Enter')
  const question = admin.getByRole('dialog', { name: 'Open evil.example?' })
  await expect(question).toContainText('“https://bank.example”')
  await admin.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(on.input).toBeFocused()
  expect(opened).toEqual([])
  // The dialog sets the focus twice, each by a timer; here the second comes when somebody is on their way.
  await admin.evaluate(() => {
    const { setTimeout } = window
    const focusing: (() => void)[] = []
    Object.assign(window, {
      focusAgain: () => focusing.map((run) => run()).length,
      setTimeout: (run: () => void, ms?: number) => {
        if (ms === undefined) focusing.push(run)
        return setTimeout(run, ms)
      },
    })
  })
  await admin.keyboard.press('Control+Shift+L')
  await expect(last).toBeFocused()
  await admin.keyboard.press('ArrowUp')
  await expect(list.getByRole('listitem').first().getByRole('button')).toBeFocused()
  expect(await admin.evaluate('focusAgain()')).toBeGreaterThan(0)
  await expect(list.getByRole('listitem').first().getByRole('button')).toBeFocused()
  await admin.keyboard.press('Enter')
  await expect.poll(() => opened).toEqual([[long, '_blank', 'noopener,noreferrer']])
})

test('copies what is selected without trailing blanks; a device never writes the clipboard', async ({
  admin,
  gateway,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const clipboard = () => admin.evaluate(() => navigator.clipboard.readText())
  const on = await scripted(
    gateway,
    admin,
    "printf 'first    \\r\\nsecond  row   \\r\\n\\033]52;c;cm0gLXJmIC8=\\007done'; head -c1 >/dev/null; printf '\\033]52;c;cm0gLXJmIC8=\\007more'",
  )
  await on.shows('done')
  await admin.evaluate(() => navigator.clipboard.writeText('mine'))
  // The screen that a newcomer gets holds text only, so that what counts is printed now.
  await on.type('g')
  await on.shows('donemore')
  expect(await clipboard()).toBe('mine')
  const screen = admin.locator('.xterm-screen')
  const box = (await screen.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  const drag = async () => {
    await admin.mouse.move(box.x + 1, box.y + box.height / 48)
    await admin.mouse.down()
    await admin.mouse.move(box.x + box.width - 2, box.y + (box.height / 24) * 1.5, { steps: 4 })
    await admin.mouse.up()
  }
  await drag()
  expect(await clipboard()).toBe('mine')
  // What the device goes on printing takes no selection away.
  await on.type('xyz')
  await on.shows('donemorexyz')
  await drag()
  await admin.keyboard.press('Control+Shift+C')
  await expect.poll(clipboard).toBe('first\nsecond  row')
  await admin.evaluate(() => navigator.clipboard.writeText(''))
  await menuItem(admin, 'Copy on select')
  await admin.keyboard.press('Escape')
  await drag()
  await expect.poll(clipboard).toBe('first\nsecond  row')
})

test('full screen and a window of its own hold the console alone', async ({ admin, context }) => {
  const box = await openConsole(admin, 'demo-box')
  await box.type('\r')
  await box.shows('login:')
  const users = admin.getByRole('link', { name: 'Users', exact: true })
  await expect(users).toBeVisible()
  await admin.keyboard.press('Control+Shift+Enter')
  await expect(users).toBeHidden()
  await box.type('still here')
  await box.shows('login: still here')
  await admin.keyboard.press('Control+Shift+Enter')
  await expect(users).toBeVisible()

  await admin.getByRole('button', { name: 'More actions' }).click()
  const [own] = await Promise.all([
    context.waitForEvent('page'),
    admin.getByRole('menuitem', { name: 'Move to its own window' }).click(),
  ])
  await expect(own).toHaveTitle(/^demo-box · /)
  await expect(own.getByRole('heading', { name: 'demo-box' })).toBeVisible()
  await expect(own.getByRole('link', { name: 'Users', exact: true })).toBeHidden()
  expect(await own.evaluate(() => [window.opener, document.referrer])).toEqual([null, ''])
  // The tab lets go of the console, so that the window may type.
  await expect(admin).toHaveURL(/\/$/)
  await expect(own.getByRole('group', { name: 'Write lock' })).toContainText(/You write|Nobody|free/i)
})

test('SysRq is asked about, dangerous ones by the name, and reaches the machine', async ({
  admin,
  gateway,
}) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await admin.keyboard.press('Control+Shift+S')
  await admin.getByRole('menuitem', { name: /Sync disks/ }).click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toContainText('Send SysRq s to demo-box?')
  await dialog.getByRole('button', { name: 'Send SysRq s' }).click()
  await box.shows('sysrq: Emergency Sync')
  await expect(admin.getByRole('log')).toContainText('You sent SysRq s (Sync disks)')

  await admin.getByRole('button', { name: 'Break and SysRq' }).click()
  await admin.getByRole('menuitem', { name: /Reboot at once/ }).click()
  const reboot = dialog.getByRole('button', { name: 'Send SysRq b' })
  await expect(reboot).toBeDisabled()
  await dialog.getByRole('textbox').fill('demo-box')
  await reboot.click()
  await box.shows('sysrq: Resetting')
  await box.shows('Linux version')
  await box.shows('login:')
  const { body } = must(await (await gateway.admin()).call('GET', '/api/audit?action=console.sysrq'))
  expect(JSON.stringify(body)).toMatch(/"key":"b".*"key":"s"/)
})

test('a machine is guided down step by step', async ({ admin }) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await admin.getByRole('button', { name: 'Break and SysRq' }).click()
  await admin.getByRole('menuitem', { name: /Guided reboot/ }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByRole('textbox').fill('demo-box')
  await dialog.getByRole('button', { name: 'Begin' }).click()
  const guide = admin.getByRole('region', { name: 'Guided reboot' })
  for (const [button, said] of [
    ['R: ', 'Keyboard mode'],
    ['E: ', 'Terminate All Tasks'],
    ['I: ', 'Kill All Tasks'],
    ['S: ', 'Emergency Sync complete'],
    ['U: ', 'Emergency Remount complete'],
    ['B: ', 'Resetting'],
  ] as const) {
    await guide.getByRole('button', { name: button }).click()
    await box.shows(said)
  }
  await expect(guide).toContainText('The machine resets at once.')
  await guide.getByRole('button', { name: 'Done' }).click()
  await expect(guide).toBeHidden()
})

test('a line that carries no break says why', async ({ admin, gateway }) => {
  await scripted(gateway, admin, 'printf hello')
  await admin.getByRole('button', { name: 'Break and SysRq' }).click()
  await expect(admin.getByRole('menu', { name: 'Break and SysRq' })).toHaveAccessibleDescription(
    /^This line cannot carry a break\. A program’s terminal/,
  )
  await expect(admin.getByRole('menuitem', { name: /Sync disks/ })).toBeDisabled()
})

test('a graphics card draws the terminal, and when it is lost nothing else is', async ({ admin }) => {
  // Here a processor stands in for the card, which the page tells by its name.
  await admin.addInitScript(() => {
    const { getParameter } = WebGL2RenderingContext.prototype
    WebGL2RenderingContext.prototype.getParameter = function (name: number) {
      return name === 0x9246 ? 'A card' : getParameter.call(this, name)
    }
  })
  await admin.reload()
  const box = await openConsole(admin, 'demo-box')
  const drawn = admin.locator('.xterm-screen canvas')
  await expect(drawn.first()).toBeVisible()
  await box.type('\r')
  await box.shows('login:')
  await drawn.first().evaluate(loseCard)
  // xterm.js waits some seconds for it to come back.
  await expect(drawn).toHaveCount(0)
  await box.type('still here')
  await box.shows('login: still here')
  await expect(admin.locator('.xterm-rows').getByText('still here')).toBeVisible()
})

/** In the page: as when its driver dies, or many tabs want it. */
function loseCard(first: Element): void {
  for (const canvas of first.parentElement?.querySelectorAll('canvas') ?? [])
    canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
}

test('a phone has a row of keys, with Ctrl and Alt for the next one', async ({ admin, gateway }) => {
  await admin.setViewportSize({ width: 390, height: 844 })
  const typed = typedOn(admin)
  const on = await scripted(gateway, admin, "printf 'ready \\033[?1h'")
  await on.shows('ready')
  const keys = admin.getByRole('toolbar', { name: 'Keys' })
  await expect(keys).toBeHidden()
  await admin.getByRole('button', { name: 'More actions' }).click()
  const menu = await admin.getByRole('menu', { name: 'More actions' }).boundingBox()
  expect((menu?.y ?? 844) + (menu?.height ?? 0)).toBeLessThanOrEqual(844)
  await admin.getByRole('menuitem', { name: 'Edit device' }).scrollIntoViewIfNeeded()
  await expect(admin.getByRole('menuitem', { name: 'Edit device' })).toBeInViewport({ ratio: 1 })
  await admin.keyboard.press('Escape')
  await menuItem(admin, 'Row of keys')
  await admin.keyboard.press('Escape')
  await on.input.focus()
  const press = (name: string) => keys.getByRole('button', { name, exact: true }).click()
  const sent = () => Buffer.concat(typed).toString()
  await press('Ctrl')
  await expect(keys.getByRole('button', { name: 'Ctrl' })).toHaveAttribute('aria-pressed', 'true')
  await admin.keyboard.type('c')
  await expect(keys.getByRole('button', { name: 'Ctrl' })).toHaveAttribute('aria-pressed', 'false')
  for (const name of ['Esc', 'Tab', 'Up', 'PgDn', 'End', 'Pipe', 'Tilde']) await press(name)
  await press('Alt')
  await press('Left')
  await press('Ctrl')
  await press('Slash')
  // The program asked cursor keys to be an application's.
  await expect.poll(sent).toBe('\u0003\u001b\t\u001bOA\u001b[6~\u001bOF|~\u001b[1;3D\u001f')
  await expect(on.input).toBeFocused()
})

test('a tab tells what came while nobody looked, and wants attention when the device does', async ({
  admin,
  gateway,
}) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  const icon = () =>
    admin
      .locator('link[rel="icon"]')
      .getAttribute('href')
      .then((href) => decodeURIComponent(href ?? ''))
  const look = (hidden: boolean) =>
    admin.evaluate((away) => {
      Object.defineProperty(document, 'hidden', { value: away, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await expect(admin).toHaveTitle('demo-box · Connected · Lifeline')
  const quiet = await icon()
  // Each step waits for an Enter of the test's own: a slow page must not find the next already printed.
  await box.type("read -r x; printf '\\a'; read -r x; printf 'Kernel %s - not syncing: test\\n' panic\r")
  await look(true)
  await box.type('later')
  await expect(admin).toHaveTitle('demo-box · New output · Connected · Lifeline')
  const printed = await icon()
  expect(printed).not.toBe(quiet)
  await box.type('\r')
  await expect(admin).toHaveTitle('demo-box · Bell · Connected · Lifeline')
  await box.type('\r')
  await expect(admin).toHaveTitle('demo-box · Kernel panic · Connected · Lifeline', { timeout: 30_000 })
  expect(await icon()).not.toBe(printed)
  await look(false)
  await expect(admin).toHaveTitle('demo-box · Connected · Lifeline')
  expect(await icon()).toBe(quiet)
  await gateway.kill()
  await expect(admin).toHaveTitle(/^demo-box · Not attached · /)
  expect(await icon()).not.toBe(quiet)
})

test('all tools are reached by keyboard, and a list says which keys', async ({ admin }) => {
  const box = await openConsole(admin, 'demo-box')
  await box.input.focus()
  await admin.keyboard.press('Control+Shift+?')
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toContainText('Ctrl+Shift+F')
  await admin.keyboard.press('Escape')
  await expect(box.input).toBeFocused()
  await admin.keyboard.press('Control+Shift+F6')
  await expect(admin.getByRole('button', { name: 'Search in the terminal' })).toBeFocused()
  await admin.keyboard.press('Control+Shift+S')
  await expect(admin.getByRole('menuitem', { name: /Break alone/ })).toBeVisible()
  await admin.keyboard.press('ArrowDown')
  await admin.keyboard.press('ArrowDown')
  await admin.keyboard.press('Enter')
  await expect(dialog).toBeVisible()
  await admin.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no tool has a fault that axe finds, in ${colorScheme}`, async ({ admin }) => {
    await admin.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await admin.addInitScript(() => localStorage.setItem('lifeline.key-row', 'on'))
    const box = await openConsole(admin, 'demo-box')
    await box.type('\r')
    await box.shows('login:')
    const faults: Record<string, string[]> = {}
    const look = async (name: string) => {
      const { violations } = await new AxeBuilder({ page: admin }).analyze()
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
      )
      if (found.length > 0) faults[name] = found
    }
    await admin.keyboard.press('Control+Shift+F')
    await admin.keyboard.type('login')
    await expect(admin.getByRole('search').getByRole('status')).toHaveText(/of/)
    await look('search and key row')
    await admin.keyboard.press('Escape')
    await admin.keyboard.press('Control+Shift+?')
    await expect(admin.getByRole('dialog')).toBeVisible()
    await look('keys')
    await admin.keyboard.press('Escape')
    await admin.keyboard.press('Control+Shift+L')
    await expect(admin.getByRole('dialog')).toContainText('There is no http or https address')
    await look('links')
    await admin.keyboard.press('Escape')
    await box.paste('one\ntwo\x07\n')
    await expect(admin.getByRole('dialog')).toContainText('Paste 2 lines into the console?')
    await look('paste')
    await admin.keyboard.press('Escape')
    await expect(admin.getByRole('dialog')).toBeHidden()
    await menuItem(admin, 'Send a file…')
    await admin.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    await expect(admin.getByRole('dialog')).toContainText('Choose a file')
    await look('file')
    await admin.keyboard.press('Escape')
    await expect(admin.getByRole('dialog')).toBeHidden()
    await admin.getByRole('button', { name: 'More actions' }).click()
    await expect(admin.getByRole('menuitem', { name: 'Clear the view' })).toBeVisible()
    await look('more actions')
    await admin.keyboard.press('Escape')
    await admin.getByRole('button', { name: 'Break and SysRq' }).click()
    await expect(admin.getByRole('menuitem', { name: /Guided reboot/ })).toBeVisible()
    await look('break and SysRq')
    await admin.getByRole('menuitem', { name: /Guided reboot/ }).click()
    await expect(admin.getByRole('dialog')).toBeVisible()
    await look('question')
    await admin.getByRole('dialog').getByRole('textbox').fill('demo-box')
    await admin.getByRole('button', { name: 'Begin' }).click()
    await expect(admin.getByRole('region', { name: 'Guided reboot' })).toBeVisible()
    await look('guided reboot')
    expect(faults).toEqual({})
  })
}
