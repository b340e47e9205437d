import { isDeepStrictEqual } from 'node:util'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { ScreenSize } from '../../contract/console.ts'
import type { LoginState } from '../../contract/login.ts'
import type { History } from '../history/history.ts'
import { plainScreen } from '../prompts/plain-screen.ts'
import type { Prompt } from '../prompts/prompt.ts'
import { recognise } from '../prompts/recognise.ts'
import type { ScreenView } from '../screen/screen.ts'
import { keptOpen, type Login, nextLogin, unknownLogin } from './login.ts'
import { readLogin, writeLogin } from './login-file.ts'
import { mayBePrompt, promptBytes } from './may-be-prompt.ts'
import type { Pauses, PauseWatch } from './pauses.ts'

/** As much of a history as is looked at. */
export type Printed = Pick<History, 'end' | 'tail'>

export interface LoginWatchOptions {
  clock: Clock
  log: Log
  pauses: Pauses
  /** Where it is kept over a restart. */
  folder: string
  size(): ScreenSize
  history(): Printed | undefined
  screen(): Promise<ScreenView | undefined>
  writer(): { id: string; name: string } | null
  changed(shown: LoginState, before: LoginState): void
}

/** What shows a prompt and the lines above it. */
const tailBytes = 2048
/** What a device prints in a circle must not keep the disk busy. */
const saveMs = 2000

/**
 * Follows who is logged in on a console. For each chunk it counts, and no more; pauses are waited for only while something may be a prompt,
 * and the emulator is asked only for what is not printed line by line.
 */
export class LoginWatch {
  readonly #options: LoginWatchOptions
  #login: Login = unknownLogin
  #chunks = 0
  #typing = false
  readonly #pause: PauseWatch
  #saving: Timer | undefined
  #written: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: LoginWatchOptions) {
    this.#options = options
    this.#pause = options.pauses.watch(this)
  }

  get shown(): LoginState {
    return this.#login.shown
  }

  get login(): Login {
    return this.#login
  }

  /** Counts what was printed: as long as it stays, the screen stays. */
  get chunks(): number {
    return this.#chunks
  }

  /** The device printed something; `last` is its last byte. */
  printed(last: number | undefined): void {
    this.#chunks += 1
    if (last !== lineFeed && !this.#closed) this.#pause.printed()
  }

  /** Somebody typed; `last` is the last byte. */
  typed(last: number | undefined): void {
    this.#typing = last !== undefined && last >= 0x20 && last !== 0x7f
  }

  /** What was typed last has not been sent off with Enter, nor dropped. */
  get typing(): boolean {
    return this.#typing
  }

  /** What was seen on the screen by somebody else: it counts as well. */
  saw(prompt: Prompt): void {
    const { clock, writer } = this.#options
    this.#become(nextLogin(this.#login, prompt, { now: clock.now(), writer: writer() }))
  }

  keptOpen(why: string): void {
    this.#become(keptOpen(this.#login, why))
  }

  /** Goes on where the last gateway ended, as far as what stands at the end of history agrees. */
  async recall(history: Pick<History, 'end' | 'read' | 'lastAt'>): Promise<void> {
    const kept = await readLogin(this.#options.folder)
    const { end } = history
    const tail = await history.read(undefined, tailBytes)
    // What was printed meanwhile is newer.
    if (this.#chunks > 0 || this.#closed) return
    if (kept !== undefined) this.#become(kept)
    const view = tail.kind === 'bytes' ? plainScreen(tail.bytes, this.#options.size(), end) : undefined
    if (view === undefined) return
    const now = history.lastAt ?? this.#options.clock.now()
    this.#become(nextLogin(this.#login, recognise(view), { now, writer: null }))
  }

  /** Writes what is known. The folder is left alone afterwards. */
  async close(): Promise<void> {
    this.#closed = true
    this.#pause.drop()
    if (this.#saving !== undefined) this.#save()
    await this.#written
  }

  paused(): void {
    const { history: find, size, writer } = this.#options
    const history = find()
    if (history === undefined) return
    // With somebody at the keyboard every pause may matter: prompts have many shapes, and people are slow.
    if (writer() === null && !mayBePrompt(history.tail(promptBytes))) return
    const view = plainScreen(history.tail(tailBytes), size(), history.end)
    if (view === undefined) this.#ask()
    else this.saw(recognise(view))
  }

  /** The emulator knows where the cursor is. */
  #ask(): void {
    const { screen, log } = this.#options
    const asked = this.#chunks
    screen().then(
      (seen) => {
        if (seen !== undefined && this.#chunks === asked && !this.#closed) this.saw(recognise(seen))
      },
      (error: unknown) => log.debug({ error: String(error) }, 'the screen cannot be read'),
    )
  }

  #become(login: Login): void {
    const before = this.#login
    if (login === before || this.#closed) return
    this.#login = login
    const { clock, changed } = this.#options
    this.#saving ??= clock.after(saveMs, () => this.#save())
    if (!isDeepStrictEqual(login.shown, before.shown)) changed(login.shown, before.shown)
  }

  #save(): void {
    this.#saving?.cancel()
    this.#saving = undefined
    const { folder, log } = this.#options
    const login = this.#login
    this.#written = this.#written
      .then(() => writeLogin(folder, login))
      .catch((error: unknown) => log.debug({ error: String(error) }, 'who is logged in could not be kept'))
  }
}

const lineFeed = 10
