import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, type TestContext, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { type OperatorOutcome, operate } from '../../../server/operator/operate.ts'
import type { ProgramOutcome } from '../../../server/operator/program.ts'
import { Stopped } from '../../../server/operator/stopped.ts'
import { type GettyOptions, gettyNeeds } from '../../lab/getty.ts'
import type { Shaping } from '../../lab/shaper.ts'
import { type ConsoleDesk, deskAtLogin, openDesk } from './console-desk.ts'

const password = 'sesame & 42'
const needs = gettyNeeds()

type Machine = Partial<GettyOptions> & { line?: Shaping }

const open = (test: Pick<TestContext, 'onTestFinished'>, options: Machine = {}): Promise<ConsoleDesk> =>
  deskAtLogin(test, { password, ...options })

interface Wanted {
  user?: string
  given?: string
  session?: 'refuse' | 'use'
  text?: string
}

function run(desk: ConsoleDesk, wanted: Wanted = {}): Promise<OperatorOutcome<ProgramOutcome>> {
  const { user = 'root', given = password, session = 'refuse', text = 'id -un; echo "it\'s done"' } = wanted
  return operate(
    desk,
    { user, password: new Secret(given), session },
    { work: (shell) => shell.run({ text, workMs: 10_000 }), tell: () => undefined },
  )
}

function expectDone(desk: ConsoleDesk, outcome: OperatorOutcome<ProgramOutcome>, user = 'root'): void {
  expect(outcome).toMatchObject({ state: 'done', cause: null, stage: 'left', left: 'login-prompt' })
  expect(outcome.result?.output.toString()).toBe(`${user}\nit's done`)
  expect(desk.printed()).not.toContain(password)
  expect(desk.typed().toString().split(password)).toHaveLength(2)
}

// Each has a machine of its own, and mostly waits for it.
describe(needs === undefined ? 'a real login' : `a real login (needs ${needs})`, {
  concurrent: true,
  skip: needs !== undefined,
}, () => {
  test.for<[string, Machine]>([
    ['bash', { shell: '/bin/bash' }],
    ['dash', { shell: '/bin/dash' }],
    ['zsh', { shell: '/bin/zsh' }],
    ['fish', { shell: '/usr/bin/fish' }],
    ['tcsh', { shell: '/bin/tcsh' }],
    ['mksh', { shell: '/bin/mksh' }],
    ['BusyBox getty, login and ash', { shell: 'ash', getty: 'busybox' as const }],
  ])('%s: in, run, out, and nothing left behind', async ([, machine], context) => {
    const desk = await open(context, machine)
    expectDone(desk, await run(desk))
    for (const file of await readdir(desk.machine.root, { recursive: true })) {
      if (!file.includes('history')) continue
      const kept = await readFile(join(desk.machine.root, file), 'utf8')
      expect(kept).not.toContain(password)
      // BusyBox notes each line when it is entered.
      if (machine.shell !== 'ash') expect([file, kept]).not.toEqual([file, expect.stringContaining('sh -c')])
    }
    // The terminal is as it was: it shows what is typed, and somebody may log in.
    desk.person('nobody-there\r')
    await desk.sees(/login: nobody-there\s+Password: $/)
  })

  test.for<[string, Partial<GettyOptions> & Wanted, string]>([
    ['a wrong password', { given: 'not this' }, 'wrong-password'],
    ['a wrong password, BusyBox', { given: 'not this', getty: 'busybox' }, 'wrong-password'],
    ['a password that has expired', { prepare: 'chage -d 0 root' }, 'password-expired'],
    ['an account that has expired', { prepare: 'chage -E 1 root' }, 'account-expired'],
    [
      'root where pam_securetty bars it',
      {
        prepare: "sed -i '1i auth requisite pam_securetty.so' /etc/pam.d/login; echo console >/etc/securetty",
      },
      'refused-unasked',
    ],
    [
      'root where BusyBox bars it',
      { getty: 'busybox', prepare: 'echo console >/etc/securetty' },
      'refused-unasked',
    ],
    [
      'a user while /etc/nologin is there',
      { user: 'ann', prepare: 'useradd ann; echo Logins are currently disabled. >/etc/nologin' },
      'nologin',
    ],
    ['a login shell that lets nobody in', { shell: '/usr/sbin/nologin' }, 'no-shell'],
  ])('%s is told apart, and the login prompt is back', async ([, wanted, cause], context) => {
    const desk = await open(context, wanted)
    expect(await run(desk, wanted)).toMatchObject({
      state: 'failed',
      cause,
      left: 'login-prompt',
      typed: 0,
    })
    expect(
      desk
        .typed()
        .toString()
        .split(wanted.given ?? password).length,
    ).toBeLessThanOrEqual(2)
    expect(desk.printed()).not.toContain(password)
  })

  test('an account that pam_faillock has locked', async (context) => {
    const lock = (how: string) => `auth required pam_faillock.so ${how} deny=1 even_deny_root`
    const desk = await open(context, {
      prepare: `sed -i '1i ${lock('preauth')}\\n${lock('authfail')}' /etc/pam.d/login`,
    })
    await run(desk, { given: 'not this' })
    expect(await run(desk)).toMatchObject({
      state: 'failed',
      cause: 'account-locked',
      left: 'login-prompt',
    })
  })

  test('sulogin, which opens a shell for maintenance, is told and gets no password', async (context) => {
    const desk = await openDesk({ password, getty: 'sulogin' })
    context.onTestFinished(() => desk.close())
    await desk.sees(/maintenance[\s\S]*: $/)
    expect(await run(desk)).toMatchObject({ state: 'failed', cause: 'maintenance', typed: 0 })
    expect(desk.typed().toString()).not.toContain(password)
  })

  test('another user logs in as well', async (context) => {
    const make = `useradd -m -d /run/ann -s /bin/dash ann; echo 'ann:${password}' | chpasswd -c SHA512`
    const desk = await open(context, { prepare: make })
    expectDone(desk, await run(desk, { user: 'ann' }), 'ann')
  })

  test('half a name, or half a login, that somebody left is cleared', async (context) => {
    const desk = await open(context)
    desk.person('adm')
    await desk.sees(/login: adm$/)
    expectDone(desk, await run(desk))
    desk.person('adm\r')
    await desk.sees(/login: adm\s+Password: $/)
    expect(await run(desk)).toMatchObject({ state: 'done', left: 'login-prompt' })
  })

  test('a session that is open is refused, or used and left as it was', async (context) => {
    const desk = await open(context)
    desk.person('root\r')
    await desk.sees(/Password: $/)
    desk.person(`${password}\r`)
    await desk.sees(/# $/)
    desk.person('cd /usr; x=mine\r')
    await desk.sees(/usr# $/)
    expect(await run(desk)).toMatchObject({ state: 'failed', cause: 'logged-in', left: 'session' })
    expect(desk.typed()).toHaveLength(0)
    expect(await run(desk, { session: 'use', user: 'ann' })).toMatchObject({
      state: 'failed',
      cause: 'not-the-user',
      left: 'session',
    })
    expect(await run(desk, { session: 'use' })).toMatchObject({ state: 'done', left: 'session' })
    desk.person('echo "$x is in $PWD"\r')
    await desk.sees(/mine is in \/usr/)
  })

  test('somebody’s program is not disturbed', async (context) => {
    const desk = await open(context)
    desk.person('root\r')
    await desk.sees(/Password: $/)
    desk.person(`${password}\r`)
    await desk.sees(/# $/)
    desk.person("printf 'Continue? [y/n] '; read answer\r")
    await desk.sees(/Continue\? \[y\/n\] $/)
    expect(await run(desk, { session: 'use' })).toMatchObject({ state: 'failed', cause: 'busy' })
    expect(desk.typed()).toHaveLength(0)
  })

  test.for<[string, Shaping]>([
    ['9600 baud, in fragments', { bytesPerSecond: 960, fragment: 16 }],
    ['kernel messages between any two bytes', { bytesPerSecond: 11_520, noiseEvery: 40, fragment: 3 }],
    ['a FIFO that overruns', { bytesPerSecond: 11_520, fifoMs: 3 }],
  ])('over a line of %s', async ([, line], context) => {
    const desk = await open(context, { line })
    const long = `${'# a line of the program, as long as lines are\n'.repeat(40)}id -un; echo "it's done"`
    expectDone(desk, await run(desk, { text: long }))
  })

  test.for([300, 420, 600, 900, 1200])(
    'a link that dies at byte %d leaves no shell for long',
    async (diesAt, context) => {
      const desk = await open(context)
      const ours = (line: string) => line.includes('min 0 time 255')
      void desk.cut(diesAt)
      const outcome = run(desk)
      await context.expect.poll(() => desk.dead(), { timeout: 30_000 }).toBe(true)
      desk.stop(new Stopped('failed', 'The line to the device went down.'))
      expect(await outcome).toMatchObject({ state: 'failed', left: 'unknown' })
      await context.expect
        .poll(async () => (await desk.machine.processes()).filter(ours), { timeout: 40_000 })
        .toEqual([])
    },
  )

  test('stopped while its program works, the program ends and the session is closed', async (context) => {
    const desk = await open(context)
    const outcome = run(desk, { text: 'sleep 100; : >/root/came-so-far' })
    await desk.sees(/:\d+:\d+>\s+$/)
    await context.expect
      .poll(async () => (await desk.machine.processes()).some((line) => line.endsWith('sleep 100')), {
        timeout: 30_000,
      })
      .toBe(true)
    desk.stop(new Stopped('cancelled', 'Ann stopped it.'))
    expect(await outcome).toMatchObject({
      state: 'cancelled',
      left: 'login-prompt',
      message: 'Ann stopped it. Logged out: the login prompt is back.',
    })
    expect((await desk.machine.processes()).filter((line) => line.endsWith('sleep 100'))).toEqual([])
    expect(await readdir(desk.machine.root)).not.toContain('came-so-far')
  })
})
