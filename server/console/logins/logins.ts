import type { Clock, Timer } from '../../base/clock.ts'
import { AppError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { DeviceSettings } from '../../contract/devices.ts'
import type { LoginState } from '../../contract/login.ts'
import type { Actor } from '../actor.ts'
import type { History } from '../history/history.ts'
import type { ScreenView } from '../screen/screen.ts'
import { AtShell, type Hand } from './at-shell.ts'
import { LoginPace } from './login-pace.ts'
import { LoginWatch, type Printed } from './login-watch.ts'
import type { Pauses } from './pauses.ts'

export interface LoginsOptions {
  clock: Clock
  log: Log
  pauses: Pauses
  /** Of the console's history. */
  folder: string
  settings(): DeviceSettings
  history(): Printed | undefined
  screen(): Promise<ScreenView | undefined>
  /** Who holds the write lock. */
  writer(): Actor | null
  /** Whether anybody attached may write. */
  attended(): boolean
  /** Types where nobody attached may write; throws AppError when somebody may. */
  unattended: Hand
  changed(shown: LoginState): void
  record(happening: LoginHappening): void
}

export type LoginHappening =
  | { type: 'login'; actor: Actor | null; user: string | null; root: boolean | null }
  | {
      type: 'logout'
      actor: Actor | null
      how: 'seen' | 'asked' | 'on-detach' | 'left-open'
      why: string | null
    }
  | { type: 'size-set'; actor: Actor; rows: number; cols: number }

/** A page that is loaded anew, or a laptop that moves to another network, is back within this time. */
const graceMs = 10_000

/** Who is logged in on a console, and what the gateway does about it. */
export class Logins {
  readonly #options: LoginsOptions
  readonly #watch: LoginWatch
  readonly #shell: AtShell
  readonly #pace: LoginPace
  #leaving: Timer | undefined

  constructor(options: LoginsOptions) {
    this.#options = options
    this.#pace = new LoginPace(options.clock)
    this.#watch = new LoginWatch({
      ...options,
      size: () => options.settings().size,
      writer: () => nameOf(options.writer()),
      changed: (shown, before) => this.#changed(shown, before),
    })
    this.#shell = new AtShell({ ...options, watch: this.#watch })
  }

  get shown(): LoginState {
    return this.#watch.shown
  }

  printed(bytes: Uint8Array): void {
    this.#watch.printed(bytes[bytes.length - 1])
  }

  typed(bytes: Uint8Array): void {
    this.#watch.typed(bytes[bytes.length - 1])
  }

  recall(history: Pick<History, 'end' | 'read' | 'lastAt'>): Promise<void> {
    return this.#watch.recall(history)
  }

  /** Throws AppError `no-prompt` that says what is there instead. */
  async setSize(actor: Actor, hand: Hand): Promise<void> {
    const { size } = this.#options.settings()
    await this.#shell.setSize(hand, size)
    this.#options.record({ type: 'size-set', actor, ...size })
  }

  async logOut(actor: Actor, hand: Hand): Promise<void> {
    await this.#shell.logOut(hand)
    this.#options.record({ type: 'logout', actor, how: 'asked', why: null })
  }

  /** Somebody who could write has left, or may no longer. */
  left(actor: Actor): void {
    const { settings, attended, clock, record } = this.#options
    if (attended()) return
    if (!settings().logoutOnDetach) {
      if (this.shown.state === 'somebody') {
        record({ type: 'logout', actor, how: 'left-open', why: 'This device does not log out by itself.' })
      }
      return
    }
    if (this.#leaving !== undefined) return
    this.#leaving = clock.after(graceMs, () => {
      this.#leaving = undefined
      void this.#logOutOnDetach()
    })
  }

  async close(): Promise<void> {
    this.#leaving?.cancel()
    this.#shell.close()
    await this.#watch.close()
  }

  async #logOutOnDetach(): Promise<void> {
    const { settings, attended, unattended, record, log } = this.#options
    if (!settings().logoutOnDetach || attended() || this.shown.state !== 'somebody') return
    try {
      await this.#shell.logOut(unattended)
      record({ type: 'logout', actor: null, how: 'on-detach', why: null })
    } catch (error) {
      // Who came back meanwhile looks after the shell.
      if (attended()) return
      if (!(error instanceof AppError))
        log.error({ error: String(error) }, 'a console could not be logged out')
      const why = error instanceof AppError ? error.message : 'Something went wrong in the gateway.'
      this.#watch.keptOpen(why)
      record({ type: 'logout', actor: null, how: 'on-detach', why })
    }
  }

  #changed(shown: LoginState, before: LoginState): void {
    const { changed, record, writer } = this.#options
    changed(shown)
    if (!this.#pace.take()) return
    const actor = writer()
    const isNew = shown.state === 'somebody' && !(before.state === 'somebody' && before.since === shown.since)
    if (isNew) record({ type: 'login', actor, user: shown.user, root: shown.root })
    // What the gateway does itself it records when it is done.
    if (before.state === 'somebody' && shown.state === 'nobody' && !this.#shell.busy) {
      record({ type: 'logout', actor, how: 'seen', why: null })
    }
  }
}

function nameOf(actor: Actor | null): { id: string; name: string } | null {
  return actor === null ? null : { id: actor.id, name: actor.name }
}
