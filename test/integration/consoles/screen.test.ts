import { afterEach, beforeEach, expect, test } from 'vitest'
import { specOf } from '../../fakes/scripted-device.ts'
import { Page } from '../../unit/console/screen/reference.ts'
import { attach, TestConsoles, type TestPerson } from './held.ts'

const size = { rows: 12, cols: 40 }
const settings = { ...specOf('web-1').settings, size }

let consoles: TestConsoles
beforeEach(async () => {
  consoles = await TestConsoles.start()
  // Starting the thread takes longer than a device waits for an answer where many tests run at once.
  const { console } = await consoles.hold('first')
  await expect.poll(() => console.screen(), { timeout: 30_000 }).toBeDefined()
})
afterEach(() => consoles.close())

/** What the page of a newcomer shows: the drawing, and the bytes behind it. */
async function pageOf(person: TestPerson): Promise<Page> {
  const page = new Page()
  const { screen } = await person.told('attached')
  await page.write(screen ?? '')
  await page.write(Buffer.concat(person.chunks))
  return page
}

const longAgo = 'x\r\n'.repeat(60_000)
const program =
  '\x1b[?1049h\x1b[?1h\x1b[?2004h\x1b[2;11r\x1b[H\x1b[7m top \x1b[m\x1b[5;3Hhalf of a program\x1b[6;1H\x1b[32mgreen'

test('a newcomer sees the screen of a program that was drawn before it came, and what follows', async () => {
  const { console, device } = await consoles.hold('web-1', { settings })
  device.print(longAgo)
  device.print('$ top\r\n')
  device.print(program)
  // A busy machine may need longer than who attaches is let wait.
  await expect.poll(() => console.screen(), { timeout: 20_000 }).toBeDefined()
  const newcomer = await attach('ann', console, { screen: true })
  const { offset, screen, liveFrom } = await newcomer.told('attached')
  expect(screen).toContain('half of a program')
  expect(offset).toBe(liveFrom)
  device.print('\x1b[7;1Hmore\x1b[8;1H\x1b')
  device.print('[1mbold')
  await newcomer.sees('bold')
  const [there, came] = [new Page(), await pageOf(newcomer)]
  await there.write(`${longAgo}$ top\r\n${program}\x1b[7;1Hmore\x1b[8;1H\x1b[1mbold`)
  expect(came.state().alternate).toEqual(there.state().alternate)
  expect(came.state()).toMatchObject({ cursor: there.state().cursor, modes: there.state().modes })
  expect(newcomer.seen).toBe('\x1b[7;1Hmore\x1b[8;1H\x1b[1mbold')
})

test('a program left long ago is still true, whatever it has drawn since without drawing everything', async () => {
  const { console, device } = await consoles.hold('web-1', { settings })
  device.print(program)
  expect(await console.screen()).toMatchObject({ alternate: true })
  // So many others are looked at that this one is let go of.
  for (let other = 0; other < 65; other += 1) {
    const { console } = await consoles.hold(`other-${other}`, { settings })
    expect(await console.screen()).toBeDefined()
  }
  const ticks = Array.from({ length: 30_000 }, (_, tick) => `\x1b[9;5H${tick}`).join('')
  device.print(ticks)
  await expect.poll(() => console.screen(), { timeout: 20_000 }).toBeDefined()
  const newcomer = await attach('ann', console, { screen: true })
  const [there, came] = [new Page(), await pageOf(newcomer)]
  await there.write(program + ticks)
  expect(came.state()).toEqual(there.state())
})

test('who attaches in the middle of a sequence gets it whole', async () => {
  const { console, device } = await consoles.hold('web-1', { settings })
  device.print('before\x1b[3')
  const newcomer = await attach('ann', console, { screen: true })
  device.print('1mred')
  await newcomer.sees('red')
  expect(newcomer.seen).toBe('\x1b[31mred')
})

test('queries are answered with nobody attached, in their order', async () => {
  const { device } = await consoles.hold('web-1', { settings })
  device.print('\x1b[6n\x1b[32766;32766H\x1b[6n\x1b[18t\x1bP+q544e\x1b\\\x1b]11;?\x07\x1b[c')
  await expect
    .poll(() => device.typed)
    .toBe(
      '\x1b[1;1R\x1b[12;40R\x1b[8;12;40t\x1bP1+r544e=787465726D2D323536636F6C6F72\x1b\\\x1b]11;rgb:0b0b/0e0e/1313\x1b\\\x1b[?1;2c',
    )
})

test('a query that is cut in two is answered once', async () => {
  const { device } = await consoles.hold('web-1', { settings })
  device.print('\x1b[')
  device.print('5')
  device.print('n')
  device.print('\x1b[5n')
  await expect.poll(() => device.typed).toBe('\x1b[0n\x1b[0n')
})

test('what was asked before is never answered: not at attach, resume, on a new link, after a restart', async () => {
  const { console, device } = await consoles.hold('web-1', { settings })
  const log = 'a log\x1b[c\x1b[6n\x1b]11;?\x07\x1bP+q544e\x1b\\\x1b[5n'
  device.print(log)
  await expect.poll(() => device.typed).toContain('\x1b[0n')
  const answered = device.typed
  device.print('\r\nroot@web-1:~# ')
  await attach('ann', console, { screen: true })
  const bob = await attach('bob', console, { from: 0 })
  bob.send({ type: 'resume', from: 0 })
  await bob.sees('root@')
  device.print('\x1b[')
  device.cut()
  console.reconnect()
  await expect.poll(() => device.online).toBe(true)
  device.print('6n')
  await bob.sees('6n')
  await consoles.restart()
  const again = await consoles.hold('web-1', { settings })
  await expect.poll(() => again.console.screen(), { timeout: 30_000 }).toBeDefined()
  await attach('ann', again.console, { screen: true })
  // Everything asked is taken in by now: this one comes after it.
  device.print('\x1b[5n')
  await expect.poll(() => device.typed).toBe(`${answered}\x1b[0n`)
})

test('a device that only asks is answered so many times a second and no more', async () => {
  const { console, device } = await consoles.hold('web-1', { settings })
  for (let times = 0; times < 2000; times += 1) device.print('\x1b[c')
  const view = await console.screen()
  expect(view?.offset).toBeGreaterThan(0)
  const answers = device.typed.length / '\x1b[?1;2c'.length
  expect(answers).toBeGreaterThan(5)
  expect(answers).toBeLessThan(100)
})

test('the screen as text, and a pause of the device', async () => {
  const { console, device } = await consoles.hold('web-1', { settings })
  device.print('Debian GNU/Linux 13 web-1 ttyS0\r\n\r\nweb-1 login: ')
  const view = await console.screen()
  expect(view).toMatchObject({ size, cursor: { row: 2, col: 13 }, alternate: false })
  expect(view?.rows.slice(0, 4)).toEqual(['Debian GNU/Linux 13 web-1 ttyS0', '', 'web-1 login:', ''])
  const paused: string[] = []
  const end = console.watchScreen({ quietMs: 20, quiet: ({ rows }) => paused.push(rows[3] ?? '') })
  device.print('root\r\nPassword: ')
  await expect.poll(() => paused).toContain('Password:')
  end()
})

test('another size is told, and true from then on', async () => {
  const { console, device } = await consoles.hold('web-1', { settings })
  const ann = await attach('ann', console, { screen: true })
  await consoles.hold('web-1', { settings: { ...settings, size: { rows: 30, cols: 100 } } })
  expect(await ann.told('size')).toEqual({ type: 'size', size: { rows: 30, cols: 100 } })
  device.print('\x1b[18t')
  await expect.poll(() => device.typed).toBe('\x1b[8;30;100t')
})
