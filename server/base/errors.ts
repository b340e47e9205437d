import { type ErrorCode, errorCatalogue, type Mistake, type Refusal } from '../contract/errors.ts'

/** The one error that crosses folders. `message` is shown to people: what happened, why, what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly mistakes: Mistake[]
  readonly retryAfter: number | undefined
  readonly refusal: Refusal | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { cause?: unknown; mistakes?: Mistake[]; retryAfter?: number; refusal?: Refusal } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause })
    this.name = 'AppError'
    this.code = code
    this.mistakes = more.mistakes ?? []
    this.retryAfter = more.retryAfter
    this.refusal = more.refusal
  }

  get status(): number {
    return errorCatalogue[this.code]
  }
}

/** The answer for what does not exist and for what the caller may not see: one text, so that they cannot be told apart. */
export function notFound(): AppError {
  return new AppError('not-found', 'There is nothing at this address that you may see.')
}

/** The code that node puts on errors of system calls (`ECONNREFUSED`), or an empty string. */
export function systemCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return ''
}
