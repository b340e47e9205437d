import { consoleOn, demoDevice, enter, expect, logIn, must, openConsole, test } from './fixtures.ts'

test('a person logs in to the demo box as root and works', async ({ admin }) => {
  const box = await openConsole(admin, 'demo-box')
  await expect(admin).toHaveTitle(/^demo-box · Connected · Lifeline$/)
  await logIn(box)
  await box.type('echo $((40 + 2)) is the answer\r')
  await box.shows('42 is the answer')
  await box.paste("printf '%s\\n' é€ | od -An -tx1")
  await box.type('\r')
  await box.shows('c3 a9 e2 82 ac 0a')
  await expect(box.lock).toContainText('You write')
  await expect(admin.getByText(/last printed/)).toBeVisible()
})

test('several pasted lines are shown first, and a single one is not', async ({ admin }) => {
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await box.paste('echo one $((1))')
  await box.shows('echo one')
  await box.type('\r')
  await box.shows('one 1')

  await box.paste('echo two $((1 + 1))\necho three $((2 + 1))\n')
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toContainText('Paste 2 lines into the console?')
  await expect(box.rows.filter({ hasText: 'two' })).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Paste 2 lines' }).click()
  await box.shows('two 2')
  await box.shows('three 3')
})

test('a break is asked about, and reaches the machine', async ({ admin }) => {
  const box = await openConsole(admin, 'demo-box')
  await box.type('\r')
  await box.shows('login:')
  await admin.getByRole('button', { name: 'Break and SysRq' }).click()
  await admin.getByRole('menuitem', { name: /Break alone/ }).click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toContainText('Send a break to demo-box?')
  await dialog.getByRole('button', { name: 'Send break' }).click()
  await expect(dialog).toBeHidden()
  // The demo box takes the key after a break as a SysRq command, as Linux does.
  await box.type('h')
  await box.shows(/sysrq/i)
})

test('the terminal can be left and everything reached by keyboard alone', async ({ admin }) => {
  const box = await openConsole(admin, 'demo-box')
  await box.input.focus()
  await admin.keyboard.press('Tab')
  await expect(box.input).toBeFocused()
  await admin.keyboard.press('Control+Shift+F6')
  await expect(admin.getByRole('button', { name: 'Search in the terminal' })).toBeFocused()
  await admin.keyboard.press('Tab')
  await admin.keyboard.press('Tab')
  await expect(admin.getByRole('button', { name: 'Power' })).toBeFocused()
  await admin.keyboard.press('Tab')
  await expect(admin.getByRole('button', { name: 'More actions' })).toBeFocused()
  await admin.keyboard.press('Enter')
  await expect(admin.getByRole('menuitem', { name: 'Smaller text' })).toBeVisible()
  await admin.keyboard.press('Escape')
  await expect(admin.getByRole('menuitem', { name: 'Smaller text' })).toBeHidden()
  for (const name of ['Release', 'Take the write lock']) {
    const button = box.lock.getByRole('button', { name })
    if (await button.isVisible()) await button.focus()
  }
  await expect(box.lock.getByRole('button').first()).toBeFocused()
})

test('the screen keeps its rows and columns whatever the window, until the console has others', async ({
  admin,
  gateway,
}) => {
  const box = await openConsole(admin, 'demo-box')
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
    { width: 800, height: 420 },
  ]) {
    await admin.setViewportSize(size)
    await expect(admin.getByText('80×24')).toBeVisible()
    await expect(async () => {
      expect(await box.rows.count()).toBe(24)
      const terminal = await admin.getByRole('region', { name: 'Terminal' }).boundingBox()
      const last = await box.rows.last().boundingBox()
      expect(terminal && last && last.y + last.height <= terminal.y + terminal.height).toBe(true)
      expect(terminal && terminal.width <= size.width).toBe(true)
    }).toPass()
  }
  const person = await gateway.admin()
  const { id, settings } = await demoDevice(person, 'demo-box')
  const size = { rows: 30, cols: 100 }
  must(await person.call('PATCH', `/api/devices/${id}`, { settings: { ...settings, size } }))
  await expect(admin.getByText('100×30')).toBeVisible()
  await expect(box.rows).toHaveCount(30)
})

test('what a device asks the terminal is never answered by the page', async ({ admin, gateway }) => {
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  // Every way to ask that xterm.js answers in a browser: status, position, attributes, modes, settings, sizes, colours, focus.
  const queries =
    '\\033[5n\\033[6n\\033[?6n\\033[c\\033[>c\\033[4$p\\033[?2004$p\\033P$qm\\033\\\\\\033[14t\\033[18t\\033]4;1;?\\007\\033]10;?\\007\\033]11;?\\007\\033]12;?\\007\\033[?25;1004h'
  // It asks once the page is there: before, the gateway's terminal may still be starting, and answers nothing that is older than a second.
  const ask = `printf 'ask me\\r\\n'; head -c 1 >/dev/null; printf '${queries}asked everything\\r\\n'`
  const argv = ['/bin/sh', '-c', `stty raw -echo; ${ask}; exec cat -v`]
  const made = await person.call('POST', '/api/devices', {
    projectId,
    name: 'curious',
    transport: { kind: 'command', argv },
  })
  expect(made.status).toBe(200)
  const typed: (string | Buffer)[] = []
  admin.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string') typed.push(payload)
    }),
  )
  await admin.reload()
  const curious = await openConsole(admin, 'curious')
  await curious.shows('ask me')
  await curious.type('?')
  await curious.shows('asked everything')
  await curious.input.focus()
  await curious.input.blur()
  await curious.type('x')
  // Behind the gateway's answers, which the device shows.
  await curious.shows(/rgb:8f8f\/f0f0\/c4c4\^\[\\x/)
  expect(Buffer.concat(typed.map((payload) => Buffer.from(payload))).toString()).toBe('?x')
})

test('a wheel in a full-screen program types arrow keys for the writer alone, and takes no lock', async ({
  admin,
  gateway,
}) => {
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  const argv = ['/bin/sh', '-c', "stty raw -echo; printf '\\033[?1049ha full screen\\r\\n'; exec cat -v"]
  const made = await person.call('POST', '/api/devices', {
    projectId,
    name: 'pager',
    transport: { kind: 'command', argv },
  })
  expect(made.status).toBe(200)
  await admin.reload()
  const pager = await openConsole(admin, 'pager')
  await pager.shows('a full screen')
  const turn = async () => {
    const turned = admin.evaluate(
      () =>
        new Promise((resolve) =>
          addEventListener('wheel', () => resolve(true), { once: true, capture: true }),
        ),
    )
    await admin.getByRole('region', { name: 'Terminal' }).hover()
    await admin.mouse.wheel(0, 100)
    await turned
  }
  await pager.type('a')
  await expect(pager.lock).toContainText('You write')
  await turn()
  await pager.shows(/^a(\^\[\[B)+$/)
  await pager.type('b')
  await pager.shows(/^a(\^\[\[B)+b$/)
  await pager.lock.getByRole('button', { name: 'Release' }).click()
  await expect(pager.lock).toContainText('Nobody writes')
  await turn()
  await pager.type('z')
  await pager.shows(/^a(\^\[\[B)+bz$/)
})

test('a line that is down says why, and when it will be tried again', async ({ admin, gateway }) => {
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  const transport = { kind: 'unix', path: '/nonexistent/console.sock' }
  await person.call('POST', '/api/devices', { projectId, name: 'lost', transport })
  await admin.reload()
  await expect(admin.getByRole('row').filter({ hasText: 'lost' })).toContainText(
    'does not exist on the gateway',
  )
  await admin.getByRole('link', { name: 'lost', exact: true }).click()
  const lost = await consoleOn(admin)
  await expect(lost.state).toContainText('No such file')
  await expect(admin.getByText(/does not exist on the gateway.*(Next try in|Trying again)/)).toBeVisible()
  await expect(admin.getByRole('button', { name: 'Reconnect now' })).toBeVisible()
  await lost.type('x')
  await expect(admin.getByRole('alert')).toContainText('what you type goes nowhere')
})

test('a console that does not exist is a page that says so', async ({ page, gateway }) => {
  await enter(page.context(), await gateway.admin())
  await page.goto(`${gateway.url}/devices/dev_aaaaaaaaaaaaaaaaaaaa`)
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
})
