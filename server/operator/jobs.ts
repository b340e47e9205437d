import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { Actor } from '../console/actor.ts'
import type { Attachment, ConsoleSpec, HeldConsole, ViewerPermissions } from '../console/console.ts'
import type { Job } from '../contract/jobs.ts'
import { type FileRequest, sendFile } from './file.ts'
import type { LoginRequest } from './log-in.ts'
import { type OperatorHands, type OperatorOutcome, operate, type Session } from './operate.ts'
import { type PasteRequest, paste } from './paste.ts'
import { takeSeat } from './seat.ts'
import { demandShellPrompt } from './shell-prompt.ts'
import { asStopped, Stopped } from './stopped.ts'
import { Typist } from './typist.ts'

export interface JobsOptions {
  clock: Clock
  log: Log
  /** Told once of each job that has ended. Must not block and must not throw. */
  record(ended: EndedJob): void
}

export interface EndedJob {
  spec: ConsoleSpec
  actor: Actor
  job: Job
  /** What else is to be remembered of it: where a file went, how a login ended. Nothing secret. */
  detail: Record<string, string | null>
}

/** For whom something types, and where. */
export interface JobPlace {
  console: HeldConsole
  actor: Actor
  permissions: ViewerPermissions
}

export interface StartedJob {
  job: Job
  /** The viewer under which it types: whose rights are to be renewed while it does. */
  attachment: Attachment
  /** Never rejects. */
  ended: Promise<void>
}

export interface OperateRequest<T> {
  kind: 'push'
  login: LoginRequest
  /** Must throw nothing but Stopped: anything else would leave the shell open. */
  work(session: Session): Promise<T>
  tell(message: string): void
}

export interface OperatedJob<T> extends StartedJob {
  outcome: Promise<OperatorOutcome<T>>
  cancel(why: Stopped): void
}

/** What types on consoles for people. A job goes on when whoever started it has gone; anybody attached sees it. */
export interface Jobs extends Closable {
  /** Both throw AppError when nothing was begun: `in-use`, `not-writer`, `line-down`, `forbidden`. */
  paste(place: JobPlace, request: PasteRequest): StartedJob
  /** `sha256` of the content, in hex. */
  sendFile(place: JobPlace, request: FileRequest): StartedJob & { sha256: string }
  /** Logs in and out again. */
  checkLogin(place: JobPlace, request: Pick<LoginRequest, 'user' | 'password'>): StartedJob
  /** Logs in, has `work` done in a quiet shell, and logs out. Throws as `paste` does. */
  operate<T>(place: JobPlace, request: OperateRequest<T>): OperatedJob<T>
  /** Stops every job, and lets it put right what it began. */
  close(): Promise<void>
}

export function createJobs(options: JobsOptions): Jobs {
  const running = new Map<Promise<void>, (why: Stopped) => void>()
  const start = (place: JobPlace, work: Work): StartedJob & Pick<OperatedJob<unknown>, 'cancel'> => {
    const run = new Run(place, work, options)
    const ended = run.work().finally(() => running.delete(ended))
    const cancel = (why: Stopped) => run.stop(why)
    running.set(ended, cancel)
    return { job: run.job, attachment: run.attachment, ended, cancel }
  }
  return {
    paste: (place, request) =>
      start(place, {
        kind: 'paste',
        detail: {},
        total: Buffer.byteLength(request.text),
        run: (hands, report) => paste(request, hands.typist, report),
      }),
    sendFile(place, request) {
      const sha256 = createHash('sha256').update(request.content).digest('hex')
      const { path, content } = request
      const started = start(place, {
        kind: 'file',
        detail: { path },
        total: content.length,
        async run(hands, report) {
          await demandShellPrompt(place.console)
          const outcome = await sendFile(request, hands, (step) => report({ ...step, verified: true }))
          const rest = { from: outcome.done, to: content.length }
          return { ...outcome, verified: true, missing: outcome.state === 'done' ? [] : [rest] }
        },
      })
      return { ...started, sha256 }
    },
    checkLogin: (place, { user, password }) =>
      start(place, {
        kind: 'login-check',
        detail: { user },
        total: 0,
        run: async (hands, report) =>
          loginChecked(
            user,
            await operate(
              { ...hands, ...sightOf(place.console) },
              { user, password, session: 'refuse' },
              {
                work: async () => undefined,
                tell: (message) => report({ done: 0, verified: null, message }),
              },
            ),
          ),
      }),
    operate<T>(place: JobPlace, { kind, login, work, tell }: OperateRequest<T>) {
      const outcome = Promise.withResolvers<OperatorOutcome<T>>()
      const started = start(place, {
        kind,
        detail: { user: login.user },
        total: 0,
        async run(hands, report) {
          const told = (message: string) => {
            tell(message)
            report({ done: 0, verified: null, message })
          }
          const operated = await operate({ ...hands, ...sightOf(place.console) }, login, { work, tell: told })
          outcome.resolve(operated)
          return endOf(operated, operated.message)
        },
      })
      started.ended.finally(() => outcome.reject(new Error('The operator failed: the log says how.')))
      return { ...started, outcome: outcome.promise }
    },
    async close() {
      for (const stop of running.values()) stop(new Stopped('failed', 'The gateway is shutting down.'))
      await Promise.all(running.keys())
    },
  }
}

function sightOf(console: HeldConsole): Pick<OperatorHands, 'screen' | 'somebody'> {
  return { screen: () => console.screen(), somebody: console.summary().login.state === 'somebody' }
}

function loginChecked(user: string, outcome: OperatorOutcome<undefined>): Ended {
  const { state, message } = outcome
  return endOf(outcome, state === 'done' ? `The password of ${user} opens the console. ${message}` : message)
}

function endOf({ state, cause, stage, left }: OperatorOutcome<unknown>, message: string): Ended {
  return { state, done: 0, verified: null, missing: [], message, detail: { cause, stage, left } }
}

interface Hands {
  typist: Typist
  /** Types also when `typist` has been stopped by somebody, as long as there is a line and the lock. */
  cleaner: Typist
}

type Step = Pick<Job, 'done' | 'verified' | 'message'>

type Ended = Pick<Job, 'state' | 'missing'> & Step & { detail?: EndedJob['detail'] }

interface Work {
  kind: Job['kind']
  detail: EndedJob['detail']
  total: number
  run(hands: Hands, report: (step: Step) => void): Promise<Ended>
}

/** More often than this nobody can read it. */
const tellEveryMs = 250
/** Before this an estimate would only jump about. */
const estimateAfterMs = 1000

class Run {
  readonly attachment: Attachment
  readonly #place: JobPlace
  readonly #work: Work
  readonly #options: JobsOptions
  readonly #seat: ReturnType<typeof takeSeat>
  readonly #ending = new AbortController()
  #job: Job
  #toldAt: number

  constructor(place: JobPlace, work: Work, options: JobsOptions) {
    const { console, actor, permissions } = place
    const { clock } = options
    this.#place = place
    this.#work = work
    this.#options = options
    console.jobs.demandFree()
    this.#seat = takeSeat({ console, actor, permissions, purpose: work.kind, clock })
    this.attachment = this.#seat.attachment
    this.#toldAt = clock.monotonic()
    this.#job = {
      id: newId('job'),
      kind: work.kind,
      userId: actor.id,
      name: actor.name,
      viewerId: this.attachment.viewerId,
      startedAt: clock.now(),
      state: 'running',
      total: work.total,
      done: 0,
      verified: null,
      missing: [],
      secondsLeft: null,
      message: 'Begins.',
    }
    console.jobs.begin(this.#job, (by) => this.stop(new Stopped('cancelled', `${by} stopped it.`)))
  }

  get job(): Job {
    return this.#job
  }

  stop(why: Stopped): void {
    this.#ending.abort(why)
  }

  async work(): Promise<void> {
    const seat = this.#seat
    const stopped = AbortSignal.any([seat.stopped, this.#ending.signal])
    const hands = { typist: new Typist({ ...seat, stopped }), cleaner: new Typist(seat) }
    const outcome = await this.#work
      .run(hands, (step) => this.#report(step))
      .catch((error: unknown) => this.#failed(error))
    seat.leave()
    const { detail, ...end } = outcome
    this.#job = { ...this.#job, ...end, secondsLeft: null }
    const { console, actor } = this.#place
    console.jobs.update(this.#job)
    this.#options.record({
      spec: console.spec,
      actor,
      job: this.#job,
      detail: { ...this.#work.detail, ...detail },
    })
  }

  #report(step: Step): void {
    const { clock } = this.#options
    const now = clock.monotonic()
    const elapsed = clock.now() - this.#job.startedAt
    const { total } = this.#job
    const known = elapsed >= estimateAfterMs && step.done > 0
    const secondsLeft = known ? Math.ceil(((elapsed / step.done) * (total - step.done)) / 1000) : null
    this.#job = { ...this.#job, ...step, secondsLeft }
    if (now - this.#toldAt < tellEveryMs) return
    this.#toldAt = now
    this.#place.console.jobs.update(this.#job)
  }

  #failed(error: unknown): Ended {
    const { done, total, verified } = this.#job
    const rest = { done, verified, missing: [{ from: done, to: total }] }
    if (error instanceof Stopped) {
      const { kind, message } = asStopped(error)
      return { ...rest, state: kind, message }
    }
    this.#options.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a job failed')
    return { ...rest, state: 'failed', message: 'Something went wrong in the gateway. Its log says what.' }
  }
}
