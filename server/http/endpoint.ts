import type { Principal } from '../access/can.ts'
import type { Route } from '../contract/routes.ts'
import type { Input, Output, Schema } from '../contract/schema.ts'

/** What a handler gets: everything decoded and checked against the route's schemas. */
export interface Call<P = unknown, Q = unknown, B = unknown, C = Principal> {
  principal: C
  params: P
  query: Q
  body: B
  visitor: Visitor
  /** Sets the session cookie, or ends it. */
  setSession(value: string | null): void
}

/** Where a request came from. */
export interface Visitor {
  address: string
  /** The name that they gave us. */
  host: string
  userAgent: string
  /** As they named their request, if they did. */
  idempotencyKey: string | null
  /** Value of the session cookie, if any. */
  session: string | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: a list of endpoints holds routes of every shape
export type AnyRoute = Route<any, any, any, any>

export interface Endpoint {
  route: AnyRoute
  handle(call: Call<unknown, unknown, unknown, Principal | undefined>): Promise<unknown>
}

/** A route and what answers it. The answer passes the response schema, which drops every field that is not in the contract. */
export function endpoint<P extends Schema, Q extends Schema, B extends Schema, R extends Schema>(
  route: Route<P, Q, B, R>,
  handle: (call: Call<Output<P>, Output<Q>, Output<B>>) => Promise<Input<R>>,
): Endpoint {
  // The mount has decoded with this very route's schemas, and refuses calls without a principal unless `needs` is nobody.
  return { route, handle: handle as Endpoint['handle'] }
}

/** An endpoint that anybody may call: its handler has no principal. */
export function openEndpoint<P extends Schema, Q extends Schema, B extends Schema, R extends Schema>(
  route: Route<P, Q, B, R>,
  handle: (call: Call<Output<P>, Output<Q>, Output<B>, undefined>) => Promise<Input<R>>,
): Endpoint {
  return { route, handle: handle as Endpoint['handle'] }
}
