import { userInfo } from 'node:os'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Link } from '../transport.ts'
import { LineEditor } from './line-editor.ts'
import type { StartShell } from './shell.ts'
import { endsShell, kernelLine, resetsAfterMs, SysRqInput, sysRqAnswer } from './sysrq.ts'

export interface BoxRequest {
  clock: Clock
  print: (bytes: Uint8Array) => void
  startShell: StartShell
}

const login = { name: 'root', password: 'lifeline' }
const prompt = 'lifeline-demo login: '
/** As login(1): FAIL_DELAY after a wrong password, LOGIN_TIMEOUT for typing it. */
const wrongDelayMs = 3000
const patienceMs = 60_000

/** Firmware is slower, but nobody learns from waiting for it here. */
const bootMs = 1200

type Shell = Awaited<ReturnType<StartShell>>

/** What the box waits for. `busy` is after a wrong password, when a real one is deaf as well, and `starting` while the shell comes up. */
type Stage = 'name' | 'password' | 'busy' | 'starting' | 'shell' | 'off'

/** A device to try things on: a getty look-alike, and behind it the machine's own shell. */
export class Box implements Link {
  readonly breakSupported = true
  readonly #clock: Clock
  readonly #print: (bytes: Uint8Array) => void
  readonly #startShell: StartShell
  readonly #sysRq: SysRqInput
  #bootedAt = 0
  #stage: Stage = 'off'
  #editor = new LineEditor()
  #name = ''
  #typedAhead: Uint8Array[] = []
  #timer: Timer | undefined
  #shell: Shell | undefined
  #starting: Promise<void> | undefined

  constructor({ clock, print, startShell }: BoxRequest) {
    this.#clock = clock
    this.#print = print
    this.#startShell = startShell
    this.#sysRq = new SysRqInput(clock)
  }

  switchOn(): void {
    this.#bootedAt = this.#clock.monotonic()
    this.#greet()
  }

  write(typed: Uint8Array): boolean {
    const { key, rest: bytes } = this.#sysRq.take(typed)
    if (key !== undefined) this.#command(key)
    let at = 0
    while (at < bytes.length && (this.#stage === 'name' || this.#stage === 'password')) {
      this.#type(bytes[at] ?? 0)
      at += 1
    }
    const rest = bytes.subarray(at)
    if (this.#stage === 'shell') return this.#shell?.write(rest) ?? true
    if (this.#stage === 'starting' && rest.length > 0) this.#typedAhead.push(rest)
    return true
  }

  async drained(): Promise<void> {
    await this.#starting
    await this.#shell?.drained()
  }

  async sendBreak(): Promise<void> {
    this.#sysRq.broke()
  }

  async close(): Promise<void> {
    this.#stage = 'off'
    this.#timer?.cancel()
    this.#typedAhead = []
    await this.#starting
    await this.#shell?.close()
  }

  #type(byte: number): void {
    const hidden = this.#stage === 'password'
    const { echo, line } = this.#editor.type(byte, hidden)
    if (echo !== '') this.#print(Buffer.from(echo, 'latin1'))
    if (line === undefined) return
    if (hidden) this.#check(line)
    else this.#takeName(line)
  }

  #takeName(name: string): void {
    if (name.trim() === '') {
      this.#askName()
      return
    }
    this.#name = name.trim()
    this.#stage = 'password'
    this.#say('Password: ')
    this.#after(patienceMs, () => {
      this.#say('\r\nLogin timed out after 60 seconds.\r\n')
      this.#greet()
    })
  }

  #check(password: string): void {
    this.#timer?.cancel()
    if (this.#name === login.name && password === login.password) {
      this.#stage = 'starting'
      this.#starting = this.#enterShell()
      return
    }
    this.#stage = 'busy'
    this.#after(wrongDelayMs, () => {
      this.#say('\r\nLogin incorrect\r\n')
      this.#askName()
    })
  }

  async #enterShell(): Promise<void> {
    try {
      this.#shell = await this.#startShell({ data: this.#fromShell, ended: () => this.#left() })
    } catch (error) {
      this.#say(`login: ${error instanceof Error ? error.message : 'the shell did not start'}\r\n`)
      return this.#left()
    }
    if (this.#stage !== 'starting') return
    this.#stage = 'shell'
    for (const bytes of this.#typedAhead.splice(0)) this.#shell.write(bytes)
  }

  #fromShell = (bytes: Uint8Array): void => {
    if (this.#stage !== 'off') this.#print(bytes)
  }

  #left(): void {
    this.#shell = undefined
    if (this.#stage === 'off') return
    this.#typedAhead = []
    this.#say('\r\n')
    this.#greet()
  }

  #greet(): void {
    this.#say(issue())
    this.#askName()
  }

  /** What the kernel does on SysRq. */
  #command(key: string): void {
    if (this.#stage === 'off') return
    const uptime = this.#clock.monotonic() - this.#bootedAt
    const lines = sysRqAnswer(key).map((line) => kernelLine(uptime, line))
    this.#say(`\r\n${lines.join('')}`)
    const resetMs = resetsAfterMs[key]
    if (resetMs === undefined && !endsShell.has(key)) return
    void this.#endShell().then(() => {
      if (this.#stage === 'off') return
      if (resetMs === undefined) this.#greet()
      else this.#reset(resetMs)
    })
  }

  async #endShell(): Promise<void> {
    await this.#starting
    const shell = this.#shell
    this.#shell = undefined
    if (this.#stage !== 'off') this.#stage = 'busy'
    await shell?.close()
  }

  #reset(afterMs: number): void {
    this.#after(afterMs + bootMs, () => {
      this.#say(`\r\n${kernelLine(0, 'Linux version 6.12.0-lifeline-demo')}`)
      this.switchOn()
    })
  }

  #askName(): void {
    this.#stage = 'name'
    this.#editor = new LineEditor()
    this.#say(prompt)
  }

  #after(ms: number, run: () => void): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.after(ms, run)
  }

  #say(text: string): void {
    this.#print(Buffer.from(text))
  }
}

const issue = (): string =>
  [
    '',
    'Lifeline demo box ttyS0',
    '',
    `  Log in as ${login.name} with the password ${login.password}.`,
    `  Mind: what you get is a real shell on the gateway's machine, with the rights of its user (${gatewayUser()}).`,
    '',
    '',
  ].join('\r\n')

function gatewayUser(): string {
  try {
    return userInfo().username
  } catch {
    return `number ${process.getuid?.() ?? 'unknown'}`
  }
}
