import type { ErrorRequestHandler, Response } from 'express'
import { AppError, notFound } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { ErrorBody } from '../contract/errors.ts'

/** Any failure as an error that may be shown. What is not ours is logged and answered without its text. */
export function toAppError(error: unknown, log: Log): AppError {
  if (error instanceof AppError) return error
  const kind = error instanceof Error && 'type' in error ? error.type : ''
  if (kind === 'entity.too.large')
    return new AppError('too-large', 'The request is larger than this gateway accepts.')
  if (kind === 'entity.parse.failed') return new AppError('bad-json', 'The body of the request is not JSON.')
  if (error instanceof URIError) return new AppError('bad-request', 'The address is not well formed.')
  const mistake = visitorsMistake(error)
  if (mistake !== undefined) return mistake
  log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a request failed')
  return new AppError('internal', 'Something went wrong in the gateway. Its log says what; try again.')
}

/** What express and its parsers blame on the visitor, by an HTTP status below 500. Not logged: a stranger could fill the disk with it. */
function visitorsMistake(error: unknown): AppError | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined
  if (status === 404) return notFound()
  if (status === 415)
    return new AppError(
      'bad-encoding',
      'The body of the request is encoded in a way that is not known here. Send plain JSON in UTF-8.',
    )
  return new AppError(
    'bad-request',
    'The request cannot be understood. Send it without special headers, its body as plain JSON.',
  )
}

export function errorBody(error: AppError): ErrorBody {
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.mistakes.length > 0 && { mistakes: error.mistakes }),
      ...(error.refusal !== undefined && { refusal: error.refusal }),
      ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
    },
  }
}

export function sendError(response: Response, error: AppError): void {
  if (error.retryAfter !== undefined) response.setHeader('Retry-After', Math.ceil(error.retryAfter))
  response.status(error.status).json(errorBody(error))
}

/** The one funnel through which every failure of a request leaves. */
export function errorFunnel(log: Log): ErrorRequestHandler {
  // express tells error handlers by their four parameters.
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error)
    sendError(response, toAppError(error, log))
  }
}
