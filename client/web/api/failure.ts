import type { ErrorBody, ErrorCode, Mistake } from '../../../server/contract/errors.ts'

/** Why a call failed. `unreachable` and `unreadable` are ours: the gateway gave no answer, or one that is not its own. */
export class Failure extends Error {
  readonly code: ErrorCode | 'unreachable' | 'unreadable'
  readonly mistakes: readonly Mistake[]
  readonly retryAfter: number | undefined

  constructor(
    code: Failure['code'],
    message: string,
    more: Pick<Partial<Failure>, 'mistakes' | 'retryAfter' | 'cause'> = {},
  ) {
    super(message, { cause: more.cause })
    this.name = 'Failure'
    this.code = code
    this.mistakes = more.mistakes ?? []
    this.retryAfter = more.retryAfter
  }
}

export function unreachable(cause: unknown): Failure {
  return new Failure(
    'unreachable',
    'The gateway does not answer. It may be restarting, or the network between you and it is down.',
    { cause },
  )
}

export function unreadable(status: number, cause?: unknown): Failure {
  return new Failure(
    'unreadable',
    `Something between you and the gateway answered ${status} in its place. Check the proxy in front of it, then try again.`,
    { cause },
  )
}

/** The failure that an answer of status 400 and above tells. */
export function failureOf(status: number, body: unknown): Failure {
  if (!isErrorBody(body)) return unreadable(status)
  const { code, message, mistakes = [], retryAfter } = body.error
  return new Failure(code, message, { mistakes, retryAfter })
}

/** Whatever was thrown, as a failure with a message fit to show. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const message = error instanceof Error ? error.message : String(error)
  return new Failure(
    'internal',
    `This page made a mistake: ${message}. Reload it; if it stays, tell who runs the gateway.`,
    {
      cause: error,
    },
  )
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error
}
