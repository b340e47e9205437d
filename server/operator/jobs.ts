import { createHash } from 'node:crypto'
import type { Closable } from '../base/closing.ts'
import type { Attachment, HeldConsole } from '../console/console.ts'
import type { Job } from '../contract/jobs.ts'
import { type FileRequest, sendFile } from './file.ts'
import { type Ended, type JobPlace, type JobsOptions, Run, type Work } from './job-run.ts'
import type { LoginRequest } from './log-in.ts'
import { type OperatorHands, type OperatorOutcome, operate, type Session } from './operate.ts'
import { type PasteRequest, paste } from './paste.ts'
import type { Seat } from './seat.ts'
import { demandShellPrompt } from './shell-prompt.ts'
import { Stopped } from './stopped.ts'

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

/** What a job that logs in more than once has in its hands. */
export interface Driver {
  /** As `operate` of operate.ts, on the seat of the job. */
  operate<T>(login: LoginRequest, work: (session: Session) => Promise<T>): Promise<OperatorOutcome<T>>
  tell(message: string): void
  sysRq: Seat['sysRq']
  /** The keyboard itself, for what is no login. */
  hands: Pick<OperatorHands, 'typist' | 'cleaner' | 'screen'>
}

export interface DriverEnd extends Pick<Job, 'state' | 'message'> {
  /** For the audit. */
  detail: Record<string, string | null>
}

export interface DriveRequest {
  kind: 'set-password' | 'recovery' | 'login-check'
  user: string
  /** Whoever types on the console is asked for it, instead of that it is refused. Not by itself. */
  asks?: boolean
  work(driver: Driver): Promise<DriverEnd>
}

export interface StoppableJob extends StartedJob {
  cancel(why: Stopped): void
}

export interface OperatedJob<T> extends StoppableJob {
  outcome: Promise<OperatorOutcome<T>>
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
  /** Has `work` log in as often as it needs. Throws as `paste` does. */
  drive(place: JobPlace, request: DriveRequest): StoppableJob
  /** Stops every job, and lets it put right what it began. */
  close(): Promise<void>
}

export function createJobs(options: JobsOptions): Jobs {
  const running = new Map<Promise<void>, (why: Stopped) => void>()
  const start = (place: JobPlace, work: Work): StoppableJob => {
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
    drive: (place, { kind, user, asks = false, work }) =>
      start(place, {
        kind,
        detail: { user },
        total: 0,
        asks,
        async run(hands, report) {
          const tell = (message: string) => report({ done: 0, verified: null, message })
          const { detail, ...end } = await work({
            operate: (login, work) => operate({ ...hands, ...sightOf(place.console) }, login, { work, tell }),
            tell,
            sysRq: hands.sysRq,
            hands: { ...hands, screen: sightOf(place.console).screen },
          })
          return { ...end, done: 0, verified: null, missing: [], detail }
        },
      }),
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
