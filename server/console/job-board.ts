import { AppError, notFound } from '../base/errors.ts'
import type { ServerMessage } from '../contract/console.ts'
import type { Job } from '../contract/jobs.ts'

interface Posted {
  job: Job
  /** `by` is the name of who wants it to stop. Gone with its end: it holds all that the job did, a new root password too. */
  cancel?: (by: string) => void
}

const doing: Record<Job['kind'], string> = {
  paste: 'pasting',
  file: 'sending a file',
  'login-check': 'checking a login',
  'set-password': 'setting a new root password',
  recovery: 'recovering the root password',
  push: 'putting keys on the device',
}

/** The one job that a console has under way, and the last one there was: told to everybody attached. */
export class JobBoard {
  readonly #tell: (message: ServerMessage) => void
  #posted: Posted | undefined

  constructor(tell: (message: ServerMessage) => void) {
    this.#tell = tell
  }

  get last(): Job | null {
    return this.#posted?.job ?? null
  }

  get running(): Job | undefined {
    return this.#posted?.job.state === 'running' ? this.#posted.job : undefined
  }

  /** Throws AppError `in-use` while one is under way. */
  demandFree(): void {
    const before = this.running
    if (before !== undefined) {
      throw new AppError(
        'in-use',
        `${before.name} is ${doing[before.kind]} on this console. Wait until that has ended, or stop it.`,
      )
    }
  }

  begin(job: Job, cancel: (by: string) => void): void {
    this.demandFree()
    this.#posted = { job, cancel }
    this.#tell({ type: 'job', job })
  }

  update(job: Job): void {
    if (this.#posted?.job.id !== job.id) return
    this.#posted = job.state === 'running' ? { ...this.#posted, job } : { job }
    this.#tell({ type: 'job', job })
  }

  /** Throws AppError when there is none under way, or it is somebody else's and `force` is missing. */
  cancel(by: { id: string; name: string }, force: boolean, jobId?: string): void {
    const job = this.running
    if (job === undefined || (jobId !== undefined && job.id !== jobId)) throw notFound()
    if (job.userId !== by.id && !force) {
      throw new AppError(
        'forbidden',
        `Only ${job.name} or an owner of the project may stop this. Ask one of them.`,
      )
    }
    this.#posted?.cancel?.(by.name)
  }
}
