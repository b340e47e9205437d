import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { plainScreen } from '../../../server/console/prompts/plain-screen.ts'
import { type OperatorOutcome, operate, type Session } from '../../../server/operator/operate.ts'
import type { ProgramOutcome, ProgramRequest } from '../../../server/operator/program.ts'
import { Stopped } from '../../../server/operator/stopped.ts'
import { Typist } from '../../../server/operator/typist.ts'
import { TestDesk } from './far-end.ts'
import { FarHost, type FarHostOptions } from './far-host.ts'

const password = 'correct horse 42'
const program = `# of several lines\n${'echo "$x" | sed s/a/b/;\n'.repeat(20)}exit 0\n`
const report = `first\n\n${'long '.repeat(60)}\n[   12.345678] no message of the kernel\nlast`

interface Line {
  /** Places among the bytes printed before which a message of the kernel comes. */
  noise?: ReadonlySet<number>
  /** Bytes typed, by their number, that do not arrive. */
  lost?: (typed: number) => boolean
  /** After so many bytes typed nothing passes any more, either way. */
  diesAt?: number
}

class Rig {
  readonly desk: TestDesk
  readonly host: FarHost
  #printed = 0
  #dead = false

  constructor(line: Line = {}, options: Partial<FarHostOptions> = {}) {
    const host = new FarHost({
      user: 'root',
      password,
      run: () => report,
      now: () => this.desk.clock.monotonic(),
      ...options,
    })
    this.host = host
    this.desk = new TestDesk((byte) => {
      if (this.desk.typed.length > (line.diesAt ?? Number.POSITIVE_INFINITY)) this.#dead = true
      if (this.#dead || line.lost?.(this.desk.typed.length)) return ''
      return this.#noisy(Buffer.from(host.farEnd(byte)), line.noise)
    }, 11_520)
    this.desk.print(host.greeting())
  }

  get typed(): string {
    return Buffer.from(this.desk.typed).toString()
  }

  run(
    session: 'refuse' | 'use' = 'refuse',
    stopAt?: number,
    step?: number,
    programs: readonly ProgramRequest[] = [{ text: program, workMs: 5000 }],
  ): Promise<OperatorOutcome<ProgramOutcome>> {
    const { desk } = this
    const hands = {
      typist: desk.typist,
      cleaner: new Typist({ ...desk.typist.keyboard, stopped: new AbortController().signal }),
      screen: async () =>
        plainScreen(desk.printed.subarray(-4096), { rows: 24, cols: 80 }, desk.printed.length),
      somebody: false,
    }
    const work = operate(
      hands,
      { user: 'root', password: new Secret(password), session },
      { work: (shell) => inTurn(shell, programs), tell: () => undefined },
    )
    let stopped = false
    return desk.run(
      work,
      () => {
        if (stopped || desk.typed.length < (stopAt ?? Number.POSITIVE_INFINITY)) return
        stopped = true
        desk.stop(new Stopped('cancelled', 'Ann stopped it.'))
      },
      step,
    )
  }

  #noisy(printed: Buffer, noise: ReadonlySet<number> = new Set()): Buffer {
    const parts: Buffer[] = []
    for (const byte of printed) {
      this.#printed += 1
      if (noise.has(this.#printed % 20_000))
        parts.push(Buffer.from(`[${this.#printed}.123456] usb 1-1: new device\r\n`))
      parts.push(Buffer.of(byte))
    }
    return Buffer.concat(parts)
  }
}

async function inTurn(shell: Session, programs: readonly ProgramRequest[]): Promise<ProgramOutcome> {
  let last: ProgramOutcome | undefined
  for (const program of programs) last = await shell.run(program)
  if (last === undefined) throw new Error('There is no program.')
  return last
}

function expectDone(rig: Rig, outcome: OperatorOutcome<ProgramOutcome>): void {
  expect(outcome).toMatchObject({ state: 'done', cause: null, stage: 'left', left: 'login-prompt' })
  expect(outcome.result).toEqual({ output: Buffer.from(report), status: 0 })
  expect(rig.host.ran).toEqual([program.trimEnd()])
  expectHandedOver(rig)
}

/** The password went where it belongs, once, and nowhere else. */
function expectHandedOver({ host, typed, desk }: Rig): void {
  expect(host.entered.filter(({ line }) => line.includes(password)).map(({ at }) => at)).toEqual(['password'])
  expect(typed.split(password)).toHaveLength(2)
  expect(desk.printed.toString()).not.toContain(password)
  expect([desk.clock.timers, desk.listeners]).toEqual([0, 0])
}

test('what programs begin with is typed once for those that have it, and not run by others', async () => {
  const rig = new Rig()
  const common = 'say() {\necho "$1"\n}'
  const texts = ['say one', 'say two', 'echo three']
  const outcome = await rig.run(
    'refuse',
    undefined,
    undefined,
    texts.map((text) => ({ text, workMs: 5000, ...(text.startsWith('say') && { common }) })),
  )
  expect(outcome).toMatchObject({ state: 'done', left: 'login-prompt' })
  expect(rig.host.ran).toEqual([`${common};say one`, `${common};say two`, 'echo three'])
  expect(rig.typed.split('say()')).toHaveLength(2)
})

test('logs in, runs a program once, gives back its output, logs out', async () => {
  const rig = new Rig()
  expectDone(rig, await rig.run())
  const lines = rig.typed.split('\r').map(({ length }) => length + 1)
  expect(Math.max(...lines)).toBeLessThanOrEqual(200)
  expect(lines.filter((length) => length > 150)).toHaveLength(1)
  expect(rig.desk.typed.every((code) => (code >= 32 && code < 127) || code === 13 || code === 21)).toBe(true)
})

test('whatever is printed between, and whatever of the program is lost', async () => {
  const places = fc.uniqueArray(fc.nat(6000), { maxLength: 60 }).map((at) => new Set(at))
  await fc.assert(
    fc.asyncProperty(places, fc.integer({ min: 300, max: 900 }), async (noise, every) => {
      // What is lost of user name and password is another test.
      const rig = new Rig({ noise, lost: (typed) => typed > 300 && typed % every === 0 })
      expectDone(rig, await rig.run())
    }),
    { numRuns: 25 },
  )
}, 180_000)

test('a password prompt that messages tear twice is asked for anew', async () => {
  const rig = new Rig({ noise: new Set([8, 9]) })
  expectDone(rig, await rig.run())
})

test('a damaged user name is not entered, and typed again', async () => {
  const rig = new Rig({ lost: (typed) => typed === 2 })
  expectDone(rig, await rig.run())
  expect(rig.host.entered.filter(({ at }) => at === 'name').map(({ line }) => line)).toEqual(['root'])
})

test.each([
  ['Login incorrect', 'wrong-password'],
  ['Account locked due to 3 failed logins', 'account-locked'],
  ['Your account has expired; please contact your system administrator.', 'account-expired'],
  ['You are required to change your password immediately (administrator enforced).', 'password-expired'],
  ['System is booting up. Unprivileged users are not permitted to log in yet.', 'nologin'],
  ['root login refused on this terminal.', 'terminal-refused'],
  ["There were too many logins for 'root'.", 'too-many-logins'],
])('%s is told apart, and the password is not tried again', async (refuses, cause) => {
  const rig = new Rig({}, { refuses })
  expect(await rig.run()).toMatchObject({
    state: 'failed',
    cause,
    left: 'login-prompt',
    stage: 'refused',
    typed: 0,
  })
  expectHandedOver(rig)
})

test('a password prompt that shows what is typed gets no password', async () => {
  const rig = new Rig({}, { echoes: true })
  expect(await rig.run()).toMatchObject({ state: 'failed', cause: 'echo-on', left: 'login-prompt' })
  expect(rig.typed).not.toContain(password)
})

test('somebody’s session is refused, or used and left as it was', async () => {
  const refused = new Rig({}, { at: 'shell' })
  expect(await refused.run()).toMatchObject({ state: 'failed', cause: 'logged-in', left: 'session' })
  expect(refused.typed).toBe('')
  const used = new Rig({}, { at: 'shell' })
  expect(await used.run('use')).toMatchObject({
    state: 'done',
    left: 'session',
    message: expect.stringContaining('as it was'),
  })
  expect([used.host.at, used.host.ran.length, used.typed.includes(password)]).toEqual(['shell', 1, false])
})

test('nothing that answers is said to be silent', async () => {
  const rig = new Rig({ diesAt: 0 })
  rig.desk.print('\r\n'.repeat(30))
  expect(await rig.run()).toMatchObject({ state: 'failed', cause: 'silent', left: 'unknown' })
})

test('stopped after any number of keys, nothing of ours stays, and the program ran whole or not', async () => {
  const whole = new Rig()
  await whole.run()
  const keys = whole.desk.typed.length
  for (let at = 1; at < keys; at += 29) {
    const rig = new Rig()
    const outcome = await rig.run('refuse', at)
    expect([at, rig.host.at, outcome.left]).toEqual([at, 'name', 'login-prompt'])
    expect(rig.host.ran.every((text) => text === program.trimEnd())).toBe(true)
    expect([rig.desk.clock.timers, rig.desk.listeners]).toEqual([0, 0])
  }
}, 180_000)

test('the link dies after any number of keys: no shell waits there, and the program ran whole or not', async () => {
  const whole = new Rig()
  await whole.run()
  const keys = whole.desk.typed.length
  for (let at = 40; at < keys; at += 97) {
    const rig = new Rig({ diesAt: at })
    const outcome = await rig.run('refuse', undefined, 25)
    expect([at, outcome.state, outcome.left]).toEqual([at, 'failed', 'unknown'])
    rig.desk.clock.advance(26_000)
    // At the login shell's prompt, before the quiet shell has begun, nothing can end it from afar.
    if (rig.host.entered.some(({ at: where }) => where === 'quiet'))
      expect([at, rig.host.at]).toEqual([at, 'name'])
    expect(rig.host.ran.every((text) => text === program.trimEnd())).toBe(true)
  }
}, 180_000)
