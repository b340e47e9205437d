import { AppError } from '../base/errors.ts'
import type { Secret } from '../base/secret.ts'
import type { JobPlace } from '../operator/job-run.ts'
import type { Driver, Jobs, StartedJob } from '../operator/jobs.ts'
import type { OperatorOutcome } from '../operator/operate.ts'
import { Stopped } from '../operator/stopped.ts'

export interface ConsoleProof {
  proved: boolean
  /** The console asked for a password, and did not take this one. */
  refused: boolean
  /** How it went; fit to show to a person. */
  words: string
}

interface ProofParts {
  jobs: Pick<Jobs, 'drive'>
  place: JobPlace
  password: Secret
  /** Has the rights of who it is for watched while it types. */
  follow(started: StartedJob): void
  signal: AbortSignal
}

/** Logs in as root with a password on the console of a job, and out again. A login that nobody was asked a password for proves none. */
export const logInAndOut = (driver: Driver, password: Secret): Promise<OperatorOutcome<true>> =>
  driver.operate({ user: 'root', password, session: 'refuse' }, async ({ byPassword }) => {
    if (!byPassword) throw new Stopped('failed', 'The console lets root in without asking for a password.')
    return true as const
  })

/** The same as a job of its own. Never rejects for what keeps it from the console. */
export async function proveOnConsole({
  jobs,
  place,
  password,
  follow,
  signal,
}: ProofParts): Promise<ConsoleProof> {
  let proof: ConsoleProof = { proved: false, refused: false, words: 'The login was not tried.' }
  const work = async (driver: Driver) => {
    const { result, state, cause, stage, left, message } = await logInAndOut(driver, password)
    proof = { proved: result === true, refused: cause === 'wrong-password', words: message }
    return { state, message, detail: { cause, stage, left } }
  }
  try {
    const started = jobs.drive(place, { kind: 'login-check', user: 'root', work })
    follow(started)
    const stop = () => started.cancel(new Stopped('cancelled', 'It was stopped.'))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    await started.ended
    signal.removeEventListener('abort', stop)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    proof = { ...proof, words: error.message }
  }
  return proof
}
