import express, { type Express, type Request, type Response } from 'express'
import type { Principal } from '../access/can.ts'
import { AppError, notFound } from '../base/errors.ts'
import { limits } from '../contract/limits.ts'
import { decode } from './decode.ts'
import type { Call, Endpoint } from './endpoint.ts'
import { sendError } from './errors.ts'
import { admit, type GateOptions } from './gate.ts'

/** Mounts endpoints: admit, decode, serve, encode. */
export function mount(
  app: Express,
  endpoints: Endpoint[],
  options: GateOptions & { sessionSeconds: number },
): void {
  for (const { route, handle } of endpoints) {
    const method = route.method.toLowerCase() as 'get' | 'post' | 'patch' | 'put' | 'delete'
    app[method](route.path, async (request, response) => {
      const principal = await admit(request, route, options)
      demandJson(request)
      // Not before: what a stranger sends is not worth the work of reading it.
      await readBody(request, response, route.needs === 'nobody' ? 'stranger' : 'user')
      const answer = await handle({
        principal,
        params: decodeParams(route.params, request.params),
        query: decode(route.query, request.query, 'query'),
        body: decode(route.body, hasBody(request) ? request.body : undefined, 'body'),
        ...about(request, response, options),
      } satisfies Call<unknown, unknown, unknown, Principal | undefined>)
      const body: unknown = route.response.parse(answer)
      if (body === undefined) response.status(204).end()
      else response.json(body)
    })
  }
  app.all('/api/{*rest}', (_request, response) => sendError(response, notFound()))
}

function about(request: Request, response: Response, options: GateOptions & { sessionSeconds: number }) {
  const visitor = {
    address: options.addressOf(request),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
    session: options.cookie.read(request),
  }
  const setSession = (value: string | null): void => {
    response.setHeader('Set-Cookie', options.cookie.write(value, options.sessionSeconds))
  }
  return { visitor, setSession }
}

/** An identifier that cannot be ours is something that does not exist, not a mistake: it answers 404. */
function decodeParams(schema: Endpoint['route']['params'], params: unknown): unknown {
  const read = schema.safeParse(params)
  if (!read.success) throw notFound()
  return read.data
}

const hasBody = (request: Request): boolean =>
  Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined

const parsers = {
  stranger: express.json({ limit: limits.strangerRequestBytes }),
  user: express.json({ limit: limits.requestBytes }),
}

function readBody(request: Request, response: Response, from: keyof typeof parsers): Promise<void> {
  return new Promise((resolve, reject) => {
    parsers[from](request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
  })
}

/** Forms of other sites can post text and forms, never JSON without being asked first. */
function demandJson(request: Request): void {
  if (hasBody(request) && request.is('application/json') === false) {
    throw new AppError('bad-json', 'Send the body as JSON, with Content-Type: application/json.')
  }
}
