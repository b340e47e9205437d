import type { Clock } from '../../base/clock.ts'
import { AppError } from '../../base/errors.ts'
import type { ScreenSize } from '../../contract/console.ts'
import type { Prompt } from '../prompts/prompt.ts'
import { recognise } from '../prompts/recognise.ts'
import type { ScreenView } from '../screen/screen.ts'
import type { LoginWatch } from './login-watch.ts'
import { demandShell, noPrompt, type Shell } from './why-not.ts'

/** Types for somebody, as long as they may. Throws AppError. */
export type Hand = (bytes: Uint8Array) => void

export interface AtShellOptions {
  clock: Clock
  watch: LoginWatch
  screen(): Promise<ScreenView | undefined>
}

/** So long must nothing have been printed before the screen is believed. */
const quietMs = 200
/** A device that prints all the time has no prompt. */
const patienceMs = 3000
/** A login prompt comes back within this time after the last `exit`: getty(8) is started anew, a BMC is slow. */
const answerMs = 10_000
/** A shell in a shell in a shell is common, more is a script. */
const mostShells = 5

/** What the gateway itself types at a shell: only where a prompt is proven, and nothing was printed since. */
export class AtShell {
  readonly #options: AtShellOptions
  #closed = false
  #busy = false
  /** Ends the pause that is under way. */
  #wake: (() => void) | undefined

  constructor(options: AtShellOptions) {
    this.#options = options
  }

  /** Tells the shell how many rows and columns the console has. Throws AppError. */
  setSize(hand: Hand, { rows, cols }: ScreenSize): Promise<void> {
    return this.#alone(async () => {
      this.#demand(await this.#settled(patienceMs))
      // The blank before it keeps it out of the history of most shells.
      hand(Buffer.from(` stty rows ${rows} cols ${cols}\r`))
    })
  }

  /** Leaves one shell after the other until the login prompt is there. Throws AppError that says what is there instead. */
  logOut(hand: Hand): Promise<void> {
    return this.#alone(async () => {
      let seen = await this.#settled(patienceMs)
      for (let shells = 0; shells < mostShells; shells += 1) {
        if (seen.kind === 'login') return
        const { first } = this.#demand(seen)
        if (first || !this.#options.watch.login.returns) throw noWayBack()
        const before = this.#options.watch.chunks
        hand(Buffer.from(' exit\r'))
        seen = await this.#answer(before)
      }
      if (seen.kind !== 'login') throw noPrompt(`After ${mostShells} times exit there still is a shell.`)
    })
  }

  /** It is typing, or about to. */
  get busy(): boolean {
    return this.#busy
  }

  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  /** A lone `# ` may be a prompt, or what somebody types into a program. */
  #demand(seen: Prompt): Shell {
    const shell = demandShell(seen)
    if (shell.evidence.length <= 2 && this.#options.watch.typing) {
      throw noPrompt(
        'A prompt this short cannot be told from what was typed last: press Enter for a fresh one.',
      )
    }
    return shell
  }

  async #alone(act: () => Promise<void>): Promise<void> {
    if (this.#busy) {
      throw new AppError('in-use', 'The gateway types at this shell already. Wait a moment.')
    }
    this.#busy = true
    try {
      await act()
    } finally {
      this.#busy = false
    }
  }

  /** What waits, once nothing has been printed for a moment. From here to the next await nothing is printed. */
  async #settled(withinMs: number): Promise<Prompt> {
    const { clock, watch, screen } = this.#options
    const end = clock.monotonic() + withinMs
    while (!this.#closed && clock.monotonic() < end) {
      const before = watch.chunks
      await this.#pause()
      if (watch.chunks !== before) continue
      const view = await screen()
      // A pause that was cut short proves nothing.
      if (this.#closed) break
      if (watch.chunks !== before) continue
      if (view === undefined) throw noPrompt('The screen cannot be read at the moment. Try again.')
      const seen = recognise(view)
      watch.saw(seen)
      return seen
    }
    if (this.#closed) throw noPrompt('The gateway is letting go of this console.')
    throw noPrompt('The device prints all the time, so no prompt can be told. Stop it with Ctrl-C, or wait.')
  }

  /** What waits after something was typed: a shell's fresh prompt, a login prompt, or whatever is there when patience ends. */
  async #answer(before: number): Promise<Prompt> {
    const { clock, watch } = this.#options
    const end = clock.monotonic() + answerMs
    for (;;) {
      const seen = await this.#settled(patienceMs)
      const fresh = seen.kind === 'login' || (seen.kind === 'shell' && seen.typed === '')
      if ((fresh && watch.chunks > before) || clock.monotonic() >= end) return seen
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(quietMs, resolve)
      this.#wake = () => {
        timer.cancel()
        resolve()
      }
    })
  }
}

function noWayBack(): AppError {
  return noPrompt(
    'No login prompt was seen here before this shell, so an exit might end the machine’s first process. Log out by hand.',
  )
}
