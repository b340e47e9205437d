import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ann, LoginDesk } from './desk.ts'

const issue = '\r\nDebian GNU/Linux 12 web-1 ttyS0\r\n\r\nweb-1 login: '
const rootPrompt = 'root@web-1:~# '

let desk: LoginDesk
beforeEach(() => {
  desk = new LoginDesk()
})
afterEach(async () => {
  await desk.close()
  expect(desk.clock.timers).toBe(0)
})

/** Somebody logs in as root. */
async function logIn(): Promise<void> {
  desk.print(issue)
  await desk.pass(400)
  desk.print('root\r\nPassword: ')
  await desk.pass(400)
  desk.print(`\r\nLast login: Mon Nov 23 10:12:00 UTC 2026 on ttyS0\r\n${rootPrompt}`)
  await desk.pass(400)
}

describe('who is logged in', () => {
  test('is seen on the screen, told and recorded', async () => {
    await logIn()
    expect(desk.logins.shown).toMatchObject({ state: 'somebody', user: 'root', root: true })
    expect(desk.told.map(({ state }) => state)).toEqual(['nobody', 'somebody'])
    desk.print(`exit\r\nlogout\r\n${issue}`)
    await desk.pass(400)
    expect(desk.logins.shown).toMatchObject({ state: 'nobody' })
    expect(desk.recorded).toEqual([
      { type: 'login', actor: ann, user: 'root', root: true },
      { type: 'logout', actor: ann, how: 'seen', why: null },
    ])
  })

  test('is told without an emulator, and without a timer for what is printed line by line', async () => {
    desk.here = null
    for (let line = 0; line < 100; line += 1) desk.print('Nov 23 10:12:00 web-1 sshd[1]: line\r\n')
    expect(desk.clock.timers).toBe(0)
    await logIn()
    expect(desk.logins.shown.state).toBe('somebody')
    expect(desk.asked).toBe(0)
  })

  test('is asked of the emulator where the cursor is moved about', async () => {
    desk.print('\x1b[10;1Hroot@web-1:~# ')
    await desk.pass(400)
    expect(desk.asked).toBe(1)
  })

  test('is not told while the device still prints', async () => {
    desk.print(rootPrompt)
    await desk.pass(100)
    desk.print('\x1b[K')
    await desk.pass(100)
    expect(desk.told).toEqual([])
    await desk.pass(300)
    expect(desk.told).toHaveLength(1)
  })

  test('is known after a restart of the gateway', async () => {
    await logIn()
    const before = desk.logins.shown
    await desk.restart()
    expect(desk.logins.shown).toEqual(before)
    expect(desk.logins.shown).toMatchObject({ openedBy: { id: ann.id, name: 'Ann' } })
  })

  test('after a restart is what stands at the end of history, whatever was kept', async () => {
    await logIn()
    await desk.logins.close()
    desk.print(`exit\r\n${issue}`)
    await desk.restart()
    expect(desk.logins.shown).toMatchObject({ state: 'nobody' })
  })

  test('is recorded no more often than people log in', async () => {
    for (let turn = 0; turn < 200; turn += 1) {
      desk.print(`${issue}`)
      await desk.pass(200)
      desk.print(`\r\n${rootPrompt}`)
      await desk.pass(200)
    }
    expect(desk.recorded.length).toBeLessThan(30)
  })
})

describe('logging out when the last writer has left', () => {
  const leave = async (ms = 20_000): Promise<void> => {
    desk.here = null
    desk.logins.left(ann)
    await desk.pass(ms)
  }

  test('leaves every shell and sees the login prompt', async () => {
    await logIn()
    desk.print(`sh\r\nsh-5.2# `)
    await desk.pass(400)
    const screens = [`exit\r\n${rootPrompt}`, `exit\r\nlogout\r\n${issue}`]
    desk.answer = () => screens.shift() ?? ''
    await leave()
    expect(desk.typed).toBe(' exit\r exit\r')
    expect(desk.logins.shown).toMatchObject({ state: 'nobody' })
    expect(desk.recorded.at(-1)).toEqual({ type: 'logout', actor: null, how: 'on-detach', why: null })
  })

  test('waits for who only loads the page anew', async () => {
    await logIn()
    await leave(9000)
    desk.here = ann
    await desk.pass(20_000)
    expect(desk.typed).toBe('')
  })

  test.each([
    ['a program that runs', 'apt upgrade\r\nReading package lists...\r\n', 'a program may be running'],
    ['an editor', '\x1b[?1049h\x1b[2J~\r\n~\r\n', ''],
    ['a command half typed', 'rm -rf ', 'typed at the prompt'],
    ['a question', 'rm -i x\r\nremove? [y/N] ', 'A question waits'],
    ['another interpreter', 'mysql\r\nmysql> ', 'the prompt of another program'],
    [
      'a kernel message in the prompt',
      '[   12.345678] usb 1-1: new device\r\n',
      'press Enter for a fresh one',
    ],
  ])('types nothing into %s, and says so', async (_, printed, why) => {
    await logIn()
    desk.print(printed)
    await leave()
    expect(desk.typed).toBe('')
    expect(desk.logins.shown).toMatchObject({ state: 'somebody', keptOpen: expect.stringContaining(why) })
    expect(desk.recorded.at(-1)).toMatchObject({ how: 'on-detach', why: expect.stringContaining(why) })
  })

  test('types nothing while the device prints all the time', async () => {
    await logIn()
    const flood = desk.clock.every(100, () => desk.print(`\r\n${rootPrompt}`))
    await leave()
    flood.cancel()
    expect(desk.typed).toBe('')
    expect(desk.logins.shown).toMatchObject({ keptOpen: expect.stringContaining('prints all the time') })
  })

  test('types nothing into a shell that may be the first process', async () => {
    desk.print(rootPrompt)
    await desk.pass(400)
    await leave()
    expect(desk.typed).toBe('')
    expect(desk.logins.shown).toMatchObject({ keptOpen: expect.stringContaining('first process') })
  })

  test('types nothing into an initial RAM disk that came after a shell that was logged in to', async () => {
    await logIn()
    desk.print('\r\n(initramfs) ')
    await desk.pass(400)
    await leave()
    expect(desk.typed).toBe('')
    expect(desk.logins.shown).toMatchObject({ keptOpen: expect.stringContaining('first process') })
  })

  test('waits for the answer to one exit before it types another', async () => {
    await logIn()
    await leave(13_000)
    expect(desk.typed).toBe(' exit\r')
    desk.print(`exit\r\n${issue}`)
    await desk.pass(10_000)
    expect(desk.typed).toBe(' exit\r')
    expect(desk.logins.shown).toMatchObject({ state: 'nobody' })
  })

  test('does nothing when it is no longer wanted by then', async () => {
    await logIn()
    await leave(5000)
    desk.settings.logoutOnDetach = false
    await desk.pass(20_000)
    expect(desk.typed).toBe('')
    expect(desk.logins.shown).toMatchObject({ state: 'somebody', keptOpen: null })
  })

  test('ends with the console, wherever it is', async () => {
    await logIn()
    await leave(10_100)
    expect(desk.clock.timers).toBeGreaterThan(0)
    await desk.logins.close()
    expect(desk.clock.timers).toBe(0)
    await desk.pass(20_000)
    expect(desk.typed).toBe('')
    expect(desk.recorded.at(-1)).toMatchObject({
      how: 'on-detach',
      why: expect.stringContaining('letting go of this console'),
    })
  })

  test('types nothing where it is not wanted, nor where nobody is logged in', async () => {
    desk.settings.logoutOnDetach = false
    await logIn()
    await leave()
    expect(desk.recorded.at(-1)).toMatchObject({ how: 'left-open', actor: ann })
    desk.settings.logoutOnDetach = true
    desk.print(`exit\r\n${issue}`)
    await desk.pass(400)
    const { length } = desk.recorded
    await leave()
    expect(desk.typed).toBe('')
    expect(desk.recorded).toHaveLength(length)
  })

  test('stops when somebody comes back in the middle', async () => {
    await logIn()
    desk.answer = () => {
      desk.here = ann
      return `exit\r\n${rootPrompt}`
    }
    await leave()
    expect(desk.typed).toBe(' exit\r')
    expect(desk.logins.shown).toMatchObject({ state: 'somebody', keptOpen: null })
  })

  test('gives up after a few shells', async () => {
    await logIn()
    desk.answer = () => `exit\r\n${rootPrompt}`
    await leave(30_000)
    expect(desk.typed).toBe(' exit\r'.repeat(5))
    expect(desk.logins.shown).toMatchObject({ keptOpen: expect.stringContaining('still is a shell') })
  })
})

describe('setting the size', () => {
  const set = async (): Promise<string> => {
    const outcome = desk.logins.setSize(ann, desk.hand).then(
      () => 'done',
      (error: Error) => error.message,
    )
    await desk.pass(6000)
    return outcome
  }

  test('types stty at a proven prompt, and is recorded', async () => {
    await logIn()
    expect(await set()).toBe('done')
    expect(desk.typed).toBe(' stty rows 24 cols 80\r')
    expect(desk.recorded.at(-1)).toEqual({ type: 'size-set', actor: ann, rows: 24, cols: 80 })
  })

  test('says what is there instead of a prompt', async () => {
    desk.print(issue)
    expect(await set()).toContain('nobody is logged in')
    desk.print('root\r\nPassword: ')
    expect(await set()).toContain('A password is asked for')
    desk.print('\r\nswitch1#')
    expect(await set()).toContain('does not look like the shell of a Unix')
    expect(desk.typed).toBe('')
  })

  test('takes a lone sign for what was typed, when something was', async () => {
    desk.print('# cat\r\n# ')
    desk.logins.typed(Buffer.from('cat\r# '))
    expect(await set()).toContain('cannot be told')
    desk.logins.typed(Buffer.from('\r'))
    expect(await set()).toBe('done')
  })

  test('types nothing at a prompt that goes while the screen is read', async () => {
    await logIn()
    desk.whileAsked = () => desk.print('vi\r\n~\r\n')
    expect(await set()).toContain('prints all the time')
    expect(desk.typed).toBe('')
  })

  test('is one at a time', async () => {
    await logIn()
    const second = desk.logins.setSize(ann, desk.hand).then(
      () => 'done',
      (error: Error) => error.message,
    )
    expect(await set()).toContain('types at this shell already')
    expect(await second).toBe('done')
    expect(desk.typed).toBe(' stty rows 24 cols 80\r')
  })
})
