import type { z } from 'zod'
import { fillPath, type RouteName, routes } from '../../../server/contract/routes.ts'
import { failureOf, unreachable, unreadable } from './failure.ts'
import { learnGatewayTime } from './gateway-clock.ts'

type RouteOf<N extends RouteName> = (typeof routes)[N]
type Parts<N extends RouteName> = {
  params: z.input<RouteOf<N>['params']>
  query: z.input<RouteOf<N>['query']>
  body: z.input<RouteOf<N>['body']>
}
type Given<T> = {
  [K in keyof T as NonNullable<unknown> extends T[K] ? never : undefined extends T[K] ? never : K]: T[K]
}

/** What a route needs: `params`, `query` and `body`, each only where the contract asks for one. */
export type Input<N extends RouteName> = Given<Parts<N>> & Partial<Parts<N>>
export type Body<N extends RouteName> = Parts<N>['body']
export type Output<N extends RouteName> = z.output<RouteOf<N>['response']>

/** Asks the gateway. Throws `Failure`, and nothing else. */
export async function call<N extends RouteName>(name: N, input: Input<N>): Promise<Output<N>> {
  const { method, path, response: shape } = routes[name]
  const { params = {}, query = {}, body } = input as { params?: object; query?: object; body?: unknown }
  const url = fillPath(path, params as Record<string, string>) + search(query)
  const answer = await request(url, method, body)
  learnGatewayTime(answer.headers.get('date'))
  const text = await answer.text().catch((error: unknown) => Promise.reject(unreachable(error)))
  const content = parseJson(text)
  if (!answer.ok) throw failureOf(answer.status, content)
  const read = shape.safeParse(content)
  if (!read.success) throw unreadable(answer.status, read.error)
  return read.data as Output<N>
}

async function request(url: string, method: string, body: unknown): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      credentials: 'same-origin',
      // A form of another site cannot send this type, which is part of what keeps such forms out.
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    throw unreachable(error)
  }
}

function search(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  if (given.length === 0) return ''
  return `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
