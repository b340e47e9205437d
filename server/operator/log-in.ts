import type { Secret } from '../base/secret.ts'
import { EchoWatch } from './echo.ts'
import type { Eyes, Seen } from './eyes.ts'
import { type LoginKey, type LoginPlan, type LoginState, nextLoginStep } from './login-state.ts'
import { patience, type Typist } from './typist.ts'

export interface LoginRequest {
  user: string
  /** Undefined where none is needed, or a session is open. */
  password: Secret | undefined
  /** What to do when somebody is logged in already. */
  session: 'refuse' | 'use'
}

const mostSaid = 4096
/** Nothing happens: it is looked again then. */
const againMs = 500
/** What the far end would show of the letter typed at its password prompt is there by then; three times as long as our name took. */
const echo = { leastMs: 150, mostMs: 3000, tries: 3 }
/** No kernel says it often, and no password prompt answers it. */
const probe = '%'
const keys: Partial<Record<LoginKey, string>> = { enter: '\r', clear: '\x15', interrupt: '\x03', end: '\x04' }

/** Logs in, or finds out why not. `moved` is told each state. Throws Stopped when the keyboard is taken away. */
export async function logIn(
  hands: { typist: Typist; eyes: Eyes },
  request: LoginRequest & Pick<LoginPlan, 'somebody'>,
  moved: (state: LoginState) => void,
): Promise<LoginState> {
  const login = new LoggingIn(hands, request, moved)
  for (;;) {
    const { state } = login
    if (state.at === 'inside' || state.at === 'refused') return state
    await login.step()
  }
}

class LoggingIn {
  readonly #typist: Typist
  readonly #eyes: Eyes
  readonly #request: LoginRequest
  readonly #plan: LoginPlan
  #password: Secret | undefined
  readonly #moved: (state: LoginState) => void
  state: LoginState = { at: 'looking', keys: 0 }
  #echo: 'off' | 'on' | undefined
  /** Printed since our name was typed, up to the last key. */
  #said = ''
  /** Time that our name took to come back. */
  #nameMs = 0

  constructor(
    { typist, eyes }: { typist: Typist; eyes: Eyes },
    request: LoginRequest & Pick<LoginPlan, 'somebody'>,
    moved: (state: LoginState) => void,
  ) {
    this.#typist = typist
    this.#eyes = eyes
    this.#request = request
    this.#moved = moved
    const { user, session, somebody, password } = request
    this.#password = password
    this.#plan = { user, session, somebody, hasPassword: password !== undefined }
  }

  async step(): Promise<void> {
    const seen = await this.#eyes.look()
    const { state, key } = nextLoginStep(
      this.state,
      { ...seen, said: this.#said + seen.heard, ...this.#shown(seen) },
      this.#plan,
    )
    const before = this.state
    this.#become(state)
    if (key === 'none' && before.at === state.at) await this.#typist.heard(againMs)
    else if (key === 'name') await this.#name(before)
    else if (key === 'probe') await this.#probe()
    else if (key === 'password') await this.#type()
    else if (key !== 'none') await this.#press(keys[key] ?? '')
  }

  #shown({ heard }: Seen): { echo?: 'off' | 'on' } {
    if (this.state.at !== 'answered') return this.#echo === undefined ? {} : { echo: this.#echo }
    const typed = this.#request.password?.reveal() ?? ''
    // An echo comes before any answer. A prompt may well have the same word in it.
    return typed !== '' && heard.trimStart().startsWith(typed) ? { echo: 'on' } : {}
  }

  /** Told before the key that goes with it is pressed. */
  #become(state: LoginState): void {
    const before = this.state
    this.state = state
    if (before.at !== state.at) this.#moved(state)
  }

  #pressed(): void {
    this.#said = (this.#said + this.#eyes.heard).slice(-mostSaid)
    this.#eyes.pressed()
  }

  async #press(text: string): Promise<void> {
    this.#pressed()
    await this.#typist.type(Buffer.from(text))
  }

  /** Enter is only pressed when the name has come back as it was typed. */
  async #name(before: LoginState): Promise<void> {
    const { clock } = this.#typist.keyboard
    const begun = clock.monotonic()
    this.#eyes.pressed()
    this.#said = ''
    const { echo: came } = await this.#typist.typeWatched(Buffer.from(this.#request.user), {
      watch: new EchoWatch(),
      window: 16,
      silentMs: patience.firstMs,
    })
    this.#nameMs = clock.monotonic() - begun
    if (came === 'arrived') return this.#press('\r')
    await this.#press('\x15')
    this.#become({ at: 'looking', keys: before.at === 'looking' ? before.keys + 1 : 1 })
  }

  /** Types a letter, listens whether it is shown, and takes it back. */
  async #probe(): Promise<void> {
    const listenMs = Math.min(echo.mostMs, Math.max(echo.leastMs, this.#nameMs * 3))
    this.#echo = 'on'
    for (let attempt = 0; attempt < echo.tries && this.#echo === 'on'; attempt++) {
      this.#pressed()
      await this.#typist.type(Buffer.from(probe))
      await this.#typist.pause(listenMs)
      if (!this.#eyes.heard.includes(probe)) this.#echo = 'off'
      await this.#press('\x15')
    }
  }

  /** Once: it is gone from here then. */
  async #type(): Promise<void> {
    const password = this.#password
    if (password === undefined) return
    this.#password = undefined
    await this.#press(`${password.reveal()}\r`)
  }
}
