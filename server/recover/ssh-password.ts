import { AppError } from '../base/errors.ts'
import type { Secret } from '../base/secret.ts'
import { LinkError } from '../console/transport.ts'
import type { Cause } from '../contract/line.ts'
import type { SshPasswordChange } from '../contract/ssh-password.ts'
import { overSsh, type SshWay } from '../inject/over-ssh.ts'
import type { Runner } from '../inject/runner.ts'
import { Stopped } from '../operator/stopped.ts'
import { changedMark, passwordProgram, refusedWords, tookWords } from './password-program.ts'
import type { ConsoleProof } from './prove-on-console.ts'

/** A new root password while SSH still lets in. */
export interface SshPassword {
  next: Secret
  /** As root, with what lets in now. */
  way: SshWay
  /** Keeps the new one from the moment the device has it. */
  seal(): Promise<void>
  proveOnConsole(): Promise<ConsoleProof>
  tell(message: string): void
  loggedInBy(agentKey: string | undefined): void
}

export interface SshPasswordEnd extends Pick<SshPasswordChange, 'changed' | 'proof' | 'cause'> {
  state: 'done' | 'failed' | 'cancelled'
  message: string
}

/** Each login, with what is done in it, takes no longer. */
const sshMs = 120_000

/**
 * Logs in over SSH, gives root the new password, and logs in with it for proof: on the console, and where that cannot be had over SSH. What
 * the device took, or may have taken, is kept whatever happens then. Rejects with nothing that it expects.
 */
export function setOverSsh(change: SshPassword): Promise<SshPasswordEnd> {
  return new Setting(change).work()
}

class Setting {
  readonly #change: SshPassword
  /** `unknown`: ordered, and the device's answer never came. */
  #changed: SshPasswordEnd['changed'] = 'no'
  #sealed = false

  constructor(change: SshPassword) {
    this.#change = change
  }

  async work(): Promise<SshPasswordEnd> {
    const { tell, way, loggedInBy } = this.#change
    tell(`Logging in over SSH as ${way.username}.`)
    try {
      await overSsh(bounded(way), (runner, { agentKey }) => {
        loggedInBy(agentKey)
        return this.#setBy(runner)
      })
    } catch (error) {
      if (this.#changed === 'no') return notChanged(error, way.signal)
      // The line went dead, or it could not be kept: a login tells what is valid now, and then it is kept.
    }
    return this.#prove()
  }

  async #setBy(runner: Runner): Promise<void> {
    this.#change.tell('Setting the new password.')
    this.#changed = 'unknown'
    // What the device complains of is read with the rest.
    const said = await runner.run({ common: 'exec 2>&1', text: passwordProgram(this.#change.next) })
    this.#changed = said.trimEnd().endsWith(changedMark) ? 'yes' : 'no'
    if (this.#changed === 'no') throw new Stopped('failed', refusedWords(said))
    await this.#seal()
  }

  async #prove(): Promise<SshPasswordEnd> {
    const { way, tell, proveOnConsole } = this.#change
    if (way.signal.aborted) return this.#unproved('cancelled', stoppedWords(way.signal))
    tell('Proving that the new password opens the console.')
    const onConsole = await proveOnConsole()
    if (onConsole.proved) return this.#proved('console', `on the console. ${onConsole.words}`)
    tell('The console could not prove it. Trying the new password over SSH.')
    const overThere = await this.#proveOverSsh()
    const console = `The console: ${onConsole.words}`
    if (overThere === undefined) return this.#proved('ssh', `over SSH. ${console}`)
    if (way.signal.aborted) return this.#unproved('cancelled', stoppedWords(way.signal))
    const words = `${console} SSH: ${overThere}`
    if (!onConsole.refused) return this.#unproved(this.#changed === 'yes' ? 'done' : 'failed', words)
    if (this.#changed === 'yes') return this.#unproved('failed', words)
    return { ...ended('no', null), state: 'failed', message: `${deadLine} ${asItWas} ${words}` }
  }

  /** Answers why it did not let in. */
  async #proveOverSsh(): Promise<string | undefined> {
    const { way, next } = this.#change
    const login = { ...way, password: next, privateKey: undefined, agent: undefined }
    try {
      const proved = await overSsh(bounded(login), async (_, { byPassword }) => byPassword)
      return proved ? undefined : 'It lets root in without asking for a password.'
    } catch (error) {
      if (error instanceof LinkError) return error.reason.message
      throw error
    }
  }

  async #proved(proof: 'console' | 'ssh', where: string): Promise<SshPasswordEnd> {
    this.#changed = 'yes'
    await this.#seal()
    const message = `Root has the new password, and it is kept here. It was logged in with ${where}`
    return { ...ended('yes', proof), state: 'done', message }
  }

  async #unproved(state: SshPasswordEnd['state'], why: string): Promise<SshPasswordEnd> {
    await this.#seal()
    const standing = this.#changed === 'yes' ? tookWords : `${deadLine} ${keptAnyway}`
    return { ...ended(this.#changed, null), state, message: `${standing} No login proved it. ${why}` }
  }

  async #seal(): Promise<void> {
    if (this.#sealed) return
    await this.#change.seal()
    this.#sealed = true
  }
}

const bounded = (way: SshWay): SshWay => ({
  ...way,
  signal: AbortSignal.any([way.signal, AbortSignal.timeout(sshMs)]),
})

const ended = (
  changed: SshPasswordEnd['changed'],
  proof: SshPasswordEnd['proof'],
  cause: Cause | null = null,
) => ({
  changed,
  proof,
  cause,
})

/** What kept it from being set. Anything unexpected is thrown again. */
export function notChanged(error: unknown, signal: AbortSignal): SshPasswordEnd {
  if (signal.aborted) {
    return { ...ended('no', null), state: 'cancelled', message: `${stoppedWords(signal)} ${asItWas}` }
  }
  if (error instanceof LinkError) {
    const message = `${error.reason.message} ${asItWas}`
    return { ...ended('no', null, error.reason), state: 'failed', message }
  }
  if (error instanceof Stopped || error instanceof AppError) {
    return { ...ended('no', null), state: 'failed', message: `${error.message} ${asItWas}` }
  }
  throw error
}

const stoppedWords = ({ reason }: AbortSignal): string =>
  reason instanceof Stopped ? reason.message : 'It was stopped.'

const deadLine = 'The line went dead before the device answered.'
const keptAnyway = 'The new root password is kept here; where it is refused, the old one is valid still.'
const asItWas = 'The root password is as it was.'
