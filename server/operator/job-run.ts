import type { Clock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { Actor } from '../console/actor.ts'
import type { Attachment, ConsoleSpec, HeldConsole, ViewerPermissions } from '../console/console.ts'
import type { Job } from '../contract/jobs.ts'
import { type Seat, takeSeat } from './seat.ts'
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

interface Hands {
  typist: Typist
  /** Types also when `typist` has been stopped by somebody, as long as there is a line and the lock. */
  cleaner: Typist
  sysRq: Seat['sysRq']
}

type Step = Pick<Job, 'done' | 'verified' | 'message'>

export type Ended = Pick<Job, 'state' | 'missing'> & Step & { detail?: EndedJob['detail'] }

export interface Work {
  kind: Job['kind']
  detail: EndedJob['detail']
  total: number
  /** Whoever types on the console is asked for it. Not by itself. */
  asks?: boolean
  run(hands: Hands, report: (step: Step) => void): Promise<Ended>
}

/** More often than this nobody can read it. */
const tellEveryMs = 250
/** Before this an estimate would only jump about. */
const estimateAfterMs = 1000

/** One job: from the seat at the console to its end. */
export class Run {
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
    const { kind: purpose, asks = false } = work
    this.#seat = takeSeat({ console, actor, permissions, purpose, asks, clock })
    const { asked } = this.#seat
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
      message: asked === undefined ? 'Begins.' : `${asked} types here, and is asked to agree.`,
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
    const hands = { typist: new Typist({ ...seat, stopped }), cleaner: new Typist(seat), sysRq: seat.sysRq }
    const outcome = await seat.ready
      .then(() => this.#work.run(hands, (step) => this.#report(step)))
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
