import type { Secret } from '../base/secret.ts'
import type { JobPlace } from '../operator/job-run.ts'
import type { Driver, DriverEnd, Jobs, StartedJob } from '../operator/jobs.ts'
import type { OperatorOutcome, Session } from '../operator/operate.ts'
import { Stopped } from '../operator/stopped.ts'
import { changedMark, passwordProgram, refusedWords, tookWords } from './password-program.ts'
import { logInAndOut } from './prove-on-console.ts'

/** A new root password while there still is a way in over the console. */
export interface PasswordChange {
  /** What opens the login prompt; without it, root's session that is open there is used, and left open. */
  current: Secret | undefined
  next: Secret
  /** Keeps the new one from the moment the device has it. */
  seal(): Promise<void>
}

/** Hashing takes an old machine its time. */
const workMs = 60_000

/**
 * Begins a job on the console: logs in, gives root the new password, logs out, and logs in and out with the new one for proof. Throws as
 * the other jobs do.
 */
export function changePassword(
  jobs: Pick<Jobs, 'drive'>,
  place: JobPlace,
  change: PasswordChange,
): StartedJob {
  const work = (driver: Driver) => new Change(driver, change).work()
  // A session that was found is of whoever types in it.
  return jobs.drive(place, { kind: 'set-password', user: 'root', asks: change.current === undefined, work })
}

class Change {
  readonly #driver: Driver
  readonly #change: PasswordChange
  /** `unknown`: ordered, and the device's answer never came. */
  #changed: 'no' | 'yes' | 'unknown' = 'no'
  #sealed = false

  constructor(driver: Driver, change: PasswordChange) {
    this.#driver = driver
    this.#change = change
  }

  async work(): Promise<DriverEnd> {
    const { current } = this.#change
    const session = current === undefined ? 'use' : 'refuse'
    const login = { user: 'root', password: current, session } as const
    const set = await this.#driver.operate(login, (opened) => this.#setIn(opened))
    if (this.#changed === 'no')
      return this.#end(set, set.state, `${set.message} The root password is as it was.`)
    return current === undefined ? this.#withoutProof(set) : this.#prove(set)
  }

  async #setIn(session: Session): Promise<true> {
    session.demandUnseen()
    this.#changed = 'unknown'
    const { output } = await session.run({ text: passwordProgram(this.#change.next), workMs })
    const said = output.toString('latin1')
    this.#changed = said.endsWith(changedMark) ? 'yes' : 'no'
    if (this.#changed === 'no') throw new Stopped('failed', refusedWords(said))
    await this.#seal()
    return true
  }

  /** The new password is logged in with: what the device says of itself is not yet a login. */
  async #prove(set: OperatorOutcome<true>): Promise<DriverEnd> {
    this.#driver.tell('Proving that the new password opens the console.')
    const proof = await logInAndOut(this.#driver, this.#change.next)
    if (proof.result === true) {
      await this.#seal()
      const words = `The new root password opens the console, and is kept here. ${proof.message}`
      return this.#end(proof, proof.state, words)
    }
    if (proof.cause === 'wrong-password' && this.#changed === 'unknown') {
      return this.#end(proof, 'failed', `${set.message} The root password is as it was. ${proof.message}`)
    }
    await this.#seal()
    return this.#end(proof, 'failed', `${this.#standing()} It could not be proved: ${proof.message}`)
  }

  async #withoutProof(set: OperatorOutcome<true>): Promise<DriverEnd> {
    await this.#seal()
    const state = this.#changed === 'yes' ? set.state : 'failed'
    return this.#end(set, state, `${this.#standing()} No login proved it: a session is open. ${set.message}`)
  }

  #standing(): string {
    return this.#changed === 'yes'
      ? tookWords
      : 'The line went dead before the device answered: the new root password is kept here, and where it is refused the old one is valid still.'
  }

  async #seal(): Promise<void> {
    if (this.#sealed) return
    await this.#change.seal()
    this.#sealed = true
  }

  #end({ cause, stage, left }: OperatorOutcome<true>, state: DriverEnd['state'], message: string): DriverEnd {
    return { state, message, detail: { cause, stage, left, changed: this.#changed } }
  }
}
