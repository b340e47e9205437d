import type { Express, Request, Response } from 'express'
import type { Principal } from '../access/can.ts'
import { AppError, notFound } from '../base/errors.ts'
import { readJson } from './body.ts'
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
      const asked = await admit(request, route, options)
      // Not before: what a stranger sends is not worth the work of reading it.
      const body = await readJson(request, response, route.needs === 'nobody' ? 'stranger' : 'user')
      // Who sends it slowly may have been let go of meanwhile.
      const principal = body === undefined ? asked : await admit(request, route, options)
      const answer = await handle({
        principal,
        params: decodeParams(route.params, request.params),
        query: decode(route.query, request.query, 'query'),
        body: decode(route.body, body, 'body'),
        ...about(request, response, options),
      } satisfies Call<unknown, unknown, unknown, Principal | undefined>)
      const encoded: unknown = route.response.parse(answer)
      if (encoded === undefined) response.status(204).end()
      else response.json(encoded)
    })
  }
  app.all('/api/{*rest}', (_request, response) => sendError(response, notFound()))
}

function about(request: Request, response: Response, options: GateOptions & { sessionSeconds: number }) {
  const visitor = {
    address: options.addressOf(request),
    host: request.headers.host ?? '',
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
    idempotencyKey: idempotencyKeyOf(request),
    session: options.cookie.read(request),
  }
  const setSession = (value: string | null): void => {
    response.setHeader('Set-Cookie', options.cookie.write(value, options.sessionSeconds))
  }
  return { visitor, setSession }
}

function idempotencyKeyOf({ headers }: Request): string | null {
  const key = headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && /^[!-~]{1,200}$/.test(key)) return key
  throw new AppError('bad-request', 'The header Idempotency-Key takes 1 to 200 printable ASCII characters.')
}

/** An identifier that cannot be ours is something that does not exist, not a mistake: it answers 404. */
function decodeParams(schema: Endpoint['route']['params'], params: unknown): unknown {
  const read = schema.safeParse(params)
  if (!read.success) throw notFound()
  return read.data
}
