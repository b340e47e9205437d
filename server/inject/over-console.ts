import { AppError } from '../base/errors.ts'
import type { Attachment } from '../console/console.ts'
import type { JobPlace } from '../operator/job-run.ts'
import type { Jobs } from '../operator/jobs.ts'
import type { LoginRequest } from '../operator/log-in.ts'
import type { Session } from '../operator/operate.ts'
import { Stopped } from '../operator/stopped.ts'
import type { Runner } from './runner.ts'

/** Far more than the program takes on the slowest device. */
const workMs = 60_000

/** The program typed into a quiet shell that the operator has opened on a console. Rejects with Stopped. */
export function inSession(session: Session): Runner {
  return {
    async run(program) {
      const { output } = await session.run({ ...program, workMs })
      return output.toString('latin1')
    },
  }
}

export interface ConsoleWay {
  jobs: Pick<Jobs, 'operate'>
  place: JobPlace
  login: LoginRequest
  /** Told whom the rights of the viewer that types are to be renewed for; what it returns ends that. */
  seated(attachment: Attachment): () => void
  tell(message: string): void
  /** Its reason is a Stopped. */
  signal: AbortSignal
}

/** What the work gave, how the console was left, and the bytes that were typed. */
export interface OverConsole<T> {
  value: T
  left: string
  typed: number
}

/**
 * Logs in on a console as the operator, lets `work` run programs there, and logs out. Rejects with Stopped when it was stopped, with
 * AppError when it failed.
 */
export async function overConsole<T>(
  way: ConsoleWay,
  work: (runner: Runner, byPassword: boolean) => Promise<T>,
): Promise<OverConsole<T>> {
  const { jobs, place, login, tell, signal } = way
  signal.throwIfAborted()
  const { outcome, attachment, cancel } = jobs.operate(place, {
    kind: 'push',
    login,
    tell,
    // The shell is left in order whatever became of the work.
    work: (session) => settled(work(inSession(session), session.byPassword)),
  })
  const unseat = way.seated(attachment)
  const stop = () => cancel(signal.reason)
  signal.addEventListener('abort', stop)
  try {
    const { result, state, message, typed } = await outcome
    if (result === undefined) {
      throw state === 'cancelled' ? new Stopped('cancelled', message) : new AppError('push-failed', message)
    }
    if (!result.ok) throw result.error
    return { value: result.value, left: message, typed }
  } finally {
    signal.removeEventListener('abort', stop)
    unseat()
  }
}

type Settled<T> = { ok: true; value: T } | { ok: false; error: unknown }

async function settled<T>(work: Promise<T>): Promise<Settled<T>> {
  try {
    return { ok: true, value: await work }
  } catch (error) {
    if (error instanceof Stopped) throw error
    return { ok: false, error }
  }
}
