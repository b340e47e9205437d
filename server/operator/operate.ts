import { seenText } from '../console/plain-text.ts'
import type { Prompt } from '../console/prompts/prompt.ts'
import type { ScreenView } from '../console/screen/screen.ts'
import { Eyes } from './eyes.ts'
import { lastLines } from './last-lines.ts'
import { type LoginRequest, logIn } from './log-in.ts'
import { leaveSession } from './log-out.ts'
import { adviceOf } from './login-advice.ts'
import type { LoginCause, LoginState } from './login-state.ts'
import { type ProgramOutcome, type ProgramRequest, Programs } from './program.ts'
import { QuietShell } from './quiet-shell.ts'
import { asStopped, Stopped } from './stopped.ts'
import type { Typist } from './typist.ts'

/** A console under the operator's hands. */
export interface OperatorHands {
  typist: Typist
  /** Types also when `typist` has been stopped by somebody, as long as there is a line and the lock. */
  cleaner: Typist
  screen(): Promise<ScreenView | undefined>
  /** Whether somebody is logged in, as far as the console's watch knows. */
  somebody: boolean
}

/** A shell of the user's, quiet and ready. */
export interface Session {
  /** `own`: opened for this, and closed after it. `found`: somebody's, left as it was. */
  kind: 'own' | 'found'
  /** The password was asked for, and was right. */
  byPassword: boolean
  /** Throws Stopped where the line shows what is typed here. To be asked before a secret is. */
  demandUnseen(): void
  run(program: ProgramRequest): Promise<ProgramOutcome>
}

export interface OperatorOutcome<T> {
  state: 'done' | 'failed' | 'cancelled'
  /** What the work gave back, also when leaving failed afterwards. */
  result: T | undefined
  /** Why the login was refused; null when it was not. */
  cause: LoginCause | 'not-the-user' | null
  /** How far it came. */
  stage: OperatorStage
  /** What was left behind: the login prompt, the session that was found, or nobody can say. */
  left: 'login-prompt' | 'session' | 'unknown'
  /** The last lines that stood on the screen. */
  screen: string[]
  /** Fit to show to a person. */
  message: string
  /** Bytes typed into the shell. */
  typed: number
}

export type OperatorStage = LoginState['at'] | 'starting' | 'working' | 'leaving' | 'left'

/**
 * Logs in on a console, has `work` done in a quiet shell, logs out, and proves that the login prompt is back. Whatever happens, no shell
 * stays: what cannot be ended from here ends by itself when nothing is typed for 25 s. Never rejects with Stopped.
 */
export async function operate<T>(
  hands: OperatorHands,
  login: LoginRequest,
  { work, tell }: { work: (session: Session) => Promise<T>; tell: (message: string) => void },
): Promise<OperatorOutcome<T>> {
  const operation = new Operation(hands, login, work, tell)
  try {
    return await operation.go()
  } catch (error) {
    return await operation.giveUp(asStopped(error))
  }
}

class Operation<T> {
  readonly #hands: OperatorHands
  readonly #login: LoginRequest
  readonly #work: (session: Session) => Promise<T>
  readonly #tell: (message: string) => void
  #stage: OperatorStage = 'looking'
  #kind: Session['kind'] = 'own'
  #shell: QuietShell | undefined
  #ended = false
  #gavePassword = false
  #result: T | undefined
  #cause: OperatorOutcome<T>['cause'] = null

  constructor(
    hands: OperatorHands,
    login: LoginRequest,
    work: (session: Session) => Promise<T>,
    tell: (message: string) => void,
  ) {
    this.#hands = hands
    this.#login = login
    this.#work = work
    this.#tell = tell
  }

  async go(): Promise<OperatorOutcome<T>> {
    const { typist } = this.#hands
    const { user } = this.#login
    this.#tell('Looking at what stands on the console.')
    const state = await this.#logIn()
    if (state.at === 'refused') return this.#refused(state)
    if (state.at === 'inside') this.#kind = state.session
    this.#enter('starting', `Logged in as ${user}. Starting a quiet shell.`)
    this.#shell = await QuietShell.start(typist, { replace: this.#kind === 'own' })
    if (this.#kind === 'found') await this.#demandUser(this.#shell)
    const shell = this.#shell
    this.#enter('working', 'Working.')
    const programs = new Programs(shell, typist)
    this.#result = await this.#work({
      kind: this.#kind,
      byPassword: this.#gavePassword && this.#kind === 'own',
      demandUnseen: () => shell.demandUnseen(),
      run: (program) => programs.run(program),
    })
    this.#enter('leaving', this.#kind === 'own' ? 'Logging out.' : 'Leaving the session as it was.')
    this.#ended = await shell.end()
    shell.release()
    return this.#leave('done', '')
  }

  /** Whatever happened: nothing of ours goes on there. */
  async giveUp(why: Stopped): Promise<OperatorOutcome<T>> {
    const { cleaner } = this.#hands
    const shell = this.#shell
    try {
      if (shell !== undefined && !this.#ended) this.#ended = await shell.interrupt(cleaner)
      return await this.#leave(why.kind, why.message)
    } catch (error) {
      asStopped(error)
      return this.#outcome(why.kind, `${why.message} ${this.#leftAlone()}`, undefined, 'unknown')
    } finally {
      shell?.release()
    }
  }

  async #logIn(): Promise<LoginState> {
    const { typist, screen, somebody } = this.#hands
    const eyes = new Eyes(typist, screen)
    try {
      return await logIn({ typist, eyes }, { ...this.#login, somebody }, ({ at }) => {
        this.#stage = at
        if (at === 'answered') this.#gavePassword = true
        const words = stageWords[at]
        if (words !== undefined) this.#tell(words)
      })
    } finally {
      eyes.close()
    }
  }

  /** A login that did not come about. What it has begun is ended; what was there before is left as it was. */
  async #refused(refused: Extract<LoginState, { at: 'refused' }>): Promise<OperatorOutcome<T>> {
    const { cause, open, prompt } = refused
    this.#cause = cause
    const { typist, screen } = this.#hands
    const advice = adviceOf(cause, this.#login.user)
    if (open) {
      const { back, seen } = await leaveSession(typist, screen, { interrupt: true })
      const words = back ? `${advice} The login prompt is back.` : `${advice}${standing(seen.prompt)}`
      return this.#outcome('failed', words, seen.view, back ? 'login-prompt' : 'unknown')
    }
    const left = prompt.kind === 'login' ? 'login-prompt' : prompt.kind === 'shell' ? 'session' : 'unknown'
    return this.#outcome('failed', `${advice}${standing(prompt)}`, await screen(), left)
  }

  /** A session that was found has to be the user's, whatever its prompt says. */
  async #demandUser(shell: QuietShell): Promise<void> {
    const found = await shell.ask('id -un 2>/dev/null||id -u')
    const { user } = this.#login
    if (found === user || (user === 'root' && found === '0')) return
    this.#cause = 'not-the-user'
    throw new Stopped(
      'failed',
      `The session on the console is of ${seenText(found).slice(0, 40)}, not of ${user}. Log out there first.`,
    )
  }

  async #leave(state: OperatorOutcome<T>['state'], why: string): Promise<OperatorOutcome<T>> {
    const { cleaner, screen } = this.#hands
    const words = why === '' ? '' : `${why} `
    const ours = this.#kind === 'own' && this.#stage !== 'looking'
    if (!ours) return this.#leaveFound(state, words)
    const { back, seen } = await leaveSession(cleaner, screen, { interrupt: !this.#ended })
    if (back) {
      this.#stage = 'left'
      return this.#outcome(state, `${words}Logged out: the login prompt is back.`, seen.view, 'login-prompt')
    }
    const failed = state === 'done' ? 'failed' : state
    return this.#outcome(failed, `${words}${this.#leftAlone()}`, seen.view, 'unknown')
  }

  async #leaveFound(state: OperatorOutcome<T>['state'], words: string): Promise<OperatorOutcome<T>> {
    const view = await this.#hands.screen()
    if (this.#stage === 'looking') return this.#outcome(state, `${words}Nothing was begun.`, view, 'unknown')
    if (!this.#ended) return this.#outcome(state, `${words}${this.#leftAlone()}`, view, 'unknown')
    this.#stage = 'left'
    return this.#outcome(state, `${words}The session on the console is as it was.`, view, 'session')
  }

  #leftAlone(): string {
    if (this.#shell === undefined) {
      return 'Whether the login prompt is back is not known: look at the console, and log out there if somebody is logged in.'
    }
    return 'The login prompt was not seen afterwards. A shell that still waits there ends by itself in half a minute; look at the console.'
  }

  #enter(stage: OperatorStage, message: string): void {
    this.#stage = stage
    this.#tell(message)
  }

  #outcome(
    state: OperatorOutcome<T>['state'],
    message: string,
    view: ScreenView | undefined,
    left: OperatorOutcome<T>['left'],
  ): OperatorOutcome<T> {
    return {
      state,
      result: this.#result,
      cause: this.#cause,
      stage: this.#stage,
      left,
      screen: lastLines(view),
      message,
      typed: this.#shell?.typed ?? 0,
    }
  }
}

const stageWords: Partial<Record<LoginState['at'], string>> = {
  named: 'The user name was typed; waiting for the password prompt.',
  asked: 'The password prompt is there: proving that it shows nothing.',
  answered: 'The password was typed; waiting for a shell.',
}

/** The line that waits, as a quotation. */
function standing({ evidence }: Prompt): string {
  const line = seenText(evidence).replaceAll('\n', ' ').trim()
  return line === '' ? '' : ` On the console stands “${line.slice(-80)}”.`
}
