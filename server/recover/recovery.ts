import type { Secret } from '../base/secret.ts'
import type { ScreenView } from '../console/screen/screen.ts'
import type { Recovery, recoverySteps } from '../contract/recovery.ts'
import type { Driver, DriverEnd } from '../operator/jobs.ts'
import { lastLines } from '../operator/last-lines.ts'
import { Stopped } from '../operator/stopped.ts'
import type { BootCause, BootState } from './boot/step.ts'
import { walkToShell } from './boot/walk.ts'
import { bootCauseWords, bootStateWords } from './boot/words.ts'
import { logInAndOut } from './prove-on-console.ts'
import { awaitLogin, rescue, restartNow } from './rescue.ts'

export interface RecoveryPlan {
  rehearsal: boolean
  password: Secret
  /** By power control, by SysRq, or in a person's hands. `begins`: as in boot/walk.ts. */
  restart(driver: Driver, begins: () => void): Promise<void>
  /** Whether `restart` needs nobody. */
  unattended: boolean
  /** Keeps the new password from the moment the device has it. */
  seal(): Promise<void>
  note(change: Partial<Pick<Recovery, 'message' | 'cause' | 'screen'>>): void
  /** A step begins; the one before has ended. */
  begin(step: (typeof recoverySteps)[number]): void
}

const stepOf: Partial<Record<BootState['at'], (typeof recoverySteps)[number]>> = {
  opening: 'boot-loader',
  seeking: 'boot-loader',
  booting: 'rescue',
}

/** The whole way, on the seat of a job. What was stopped on it has changed nothing, or set the password that is kept by then. */
export async function recover(driver: Driver, plan: RecoveryPlan): Promise<DriverEnd> {
  const way = new Way(driver, plan)
  try {
    return await way.go()
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    return await way.giveUp(error)
  }
}

class Way {
  readonly #driver: Driver
  readonly #plan: RecoveryPlan
  /** `unknown`: ordered, and the device's answer never came. */
  #changed: 'no' | 'unknown' | 'yes' = 'no'
  #at: BootState['at'] | 'rescued' | 'started' = 'catching'

  constructor(driver: Driver, plan: RecoveryPlan) {
    this.#driver = { ...driver, tell: (message) => this.#tell(message) }
    this.#plan = plan
    this.#told = driver.tell
  }

  readonly #told: Driver['tell']

  #tell(message: string): void {
    this.#told(message)
    this.#plan.note({ message })
  }

  async go(): Promise<DriverEnd> {
    const { rehearsal, password, begin } = this.#plan
    begin('restart')
    const end = await walkToShell(this.#driver, {
      restart: (begins) => this.#plan.restart(this.#driver, begins),
      rehearsal,
      unattended: this.#plan.unattended,
      moved: (state) => this.#moved(state),
    })
    if (end.at === 'refused') return this.#refused(end.cause)
    if (rehearsal) return this.#rehearsed()
    begin('password')
    this.#tell('Setting the new password.')
    const rescued = await rescue(this.#driver, password, () => {
      this.#changed = 'unknown'
    })
    this.#changed = rescued.at === 'set' ? 'yes' : 'no'
    if (rescued.at === 'not-first') return this.#refused('other-shell')
    if (rescued.at === 'refused') throw new Stopped('failed', rescued.why)
    this.#at = 'rescued'
    await this.#plan.seal()
    begin('start')
    this.#tell('The password is set, and kept. Restarting the machine as it always starts.')
    await awaitLogin(this.#driver, restartNow)
    this.#at = 'started'
    return this.#prove(password)
  }

  /** Stopped, or something failed on the way. */
  async giveUp(why: Stopped): Promise<DriverEnd> {
    if (this.#changed === 'unknown') await this.#plan.seal()
    const standing = changedWords[this.#changed]
    const at = this.#at
    if (this.#hangs(why)) return this.#startAgain(`${why.message} ${standing}`, at)
    const next = at === 'started' ? '' : nextStart
    return this.#end(why.kind, `${why.message} ${standing}${next}`, at)
  }

  #moved(state: BootState): void {
    this.#at = state.at
    const step = stepOf[state.at]
    if (step !== undefined) this.#plan.begin(step)
    const words = bootStateWords[state.at]
    if (words !== undefined) this.#tell(words)
  }

  /** A machine that hangs in something of ours is started again, where that needs nobody. */
  async #refused(cause: BootCause): Promise<DriverEnd> {
    this.#plan.note({ cause })
    if (hanging.has(cause) && this.#plan.unattended) return this.#startAgain(bootCauseWords[cause], cause)
    return this.#end('failed', `${bootCauseWords[cause]}${nextStart}`, cause)
  }

  /** Left in a shell of ours by something that failed. Who stopped it by hand goes on by hand. */
  #hangs(why: Stopped): boolean {
    const inShell = this.#at === 'booting' || this.#at === 'shell' || this.#at === 'rescued'
    const { stopped } = this.#driver.hands.typist.keyboard
    return why.kind === 'failed' && inShell && this.#plan.unattended && !stopped.aborted
  }

  async #startAgain(words: string, at: string): Promise<DriverEnd> {
    const view = await this.#driver.hands.screen()
    const how = await this.#restarted()
    return this.#end('failed', `${words} ${how}`, at, view)
  }

  /** Why it could not be is told behind what went wrong first, not in its place. */
  async #restarted(): Promise<string> {
    try {
      await this.#plan.restart(this.#driver, () => undefined)
      return 'The machine was restarted, and starts as it was.'
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
      return `${error.message}${nextStart}`
    }
  }

  async #rehearsed(): Promise<DriverEnd> {
    this.#plan.begin('start')
    this.#tell('The entry could be edited. It was discarded, and the machine starts as it was.')
    await awaitLogin(this.#driver)
    const words =
      'The boot loader was caught, and the entry could be edited. It was discarded, and the machine has started as it was.'
    return this.#end('done', words, 'rehearsed')
  }

  async #prove(password: Secret): Promise<DriverEnd> {
    this.#plan.begin('proof')
    const proof = await logInAndOut(this.#driver, password)
    if (proof.result === true) {
      return this.#end(
        proof.state,
        `The new root password opens the console, and is kept. ${proof.message}`,
        'proved',
      )
    }
    const words = `The new root password was set and is kept, but no login proved it: ${proof.message}`
    return this.#end(proof.state === 'cancelled' ? 'cancelled' : 'failed', words, proof.cause ?? proof.stage)
  }

  async #end(state: DriverEnd['state'], message: string, at: string, seen?: ScreenView): Promise<DriverEnd> {
    const view = seen ?? (await this.#driver.hands.screen())
    this.#plan.note({ message, screen: lastLines(view) })
    return { state, message, detail: { at, changed: this.#changed } }
  }
}

const nextStart = ' The next plain restart starts the machine as it was.'

/** The machine waits for somebody, out of its menu. */
const hanging: ReadonlySet<BootCause> = new Set([
  'loader-password',
  'no-editor',
  'encrypted-root',
  'initial-system',
  'no-shell',
])

const changedWords = {
  no: 'Nothing was changed on its disk.',
  unknown: 'Whether root got the new password is not known; it is kept, so that it can be tried.',
  yes: 'The new root password was set before, and is kept.',
}
