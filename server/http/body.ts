import express, { type Request, type Response } from 'express'
import { AppError } from '../base/errors.ts'
import { limits } from '../contract/limits.ts'

const parsers = {
  stranger: express.json({ limit: limits.strangerRequestBytes }),
  user: express.json({ limit: limits.requestBytes }),
}

/** Reads a request's body, as far as whoever sends it may send one. Only JSON is read; undefined when there is none. */
export async function readJson(
  request: Request,
  response: Response,
  from: keyof typeof parsers = 'user',
): Promise<unknown> {
  demandJson(request)
  await new Promise<void>((resolve, reject) => {
    parsers[from](request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
  })
  return hasBody(request) ? request.body : undefined
}

const hasBody = (request: Request): boolean =>
  Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined

/** Forms of other sites can post text and forms, never JSON without being asked first. */
function demandJson(request: Request): void {
  if (hasBody(request) && request.is('application/json') === false) {
    throw new AppError('bad-json', 'Send the body as JSON, with Content-Type: application/json.')
  }
}
