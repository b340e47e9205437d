import type { IncomingMessage } from 'node:http'
import type { Access } from '../access/access.ts'
import { demandOwnPassword, type Principal } from '../access/can.ts'
import { AppError } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import type { AddressReader } from './address.ts'
import { bearerToken, type SessionCookie } from './cookie.ts'
import { demandOwnOrigin, isOwnOrigin, type OwnNames } from './cross-site.ts'
import type { AnyRoute } from './endpoint.ts'

export interface GateOptions {
  access: Access
  cookie: SessionCookie
  names: OwnNames
  addressOf: AddressReader
}

/**
 * Who makes this request? A bearer token wins over the cookie; a cookie counts for a change only with our own Origin, since
 * the browser sends it whoever wrote the page.
 */
export async function authenticate(
  request: IncomingMessage,
  { access, cookie, addressOf }: GateOptions,
): Promise<Principal | undefined> {
  const address = addressOf(request)
  const token = bearerToken(request)
  if (token !== undefined) return access.authenticateToken(new Secret(token), address)
  const session = cookie.read(request)
  return session === undefined ? undefined : access.authenticateSession(new Secret(session), address)
}

/** Lets a request through to its route, or says why not. Returns the principal, undefined only where nobody is needed. */
export async function admit(
  request: IncomingMessage,
  route: AnyRoute,
  options: GateOptions,
): Promise<Principal | undefined> {
  if (route.method !== 'GET') demandSafeChange(request, route, options.names)
  if (route.needs === 'nobody') return undefined
  const principal = await authenticate(request, options)
  if (principal === undefined) throw signInRequired()
  if (route.needs === 'user') demandOwnPassword(principal)
  return principal
}

export function signInRequired(): AppError {
  return new AppError('sign-in-required', 'Sign in first: there is no session, or it has ended.')
}

/** Cross-site request forgery: only requests that carry the cookie can be forged, or those that would set it. */
function demandSafeChange(request: IncomingMessage, route: AnyRoute, names: OwnNames): void {
  if (bearerToken(request) !== undefined) return
  if (route.needs !== 'nobody') demandOwnOrigin(request, names)
  else if (request.headers.origin !== undefined && !isOwnOrigin(request, names))
    demandOwnOrigin(request, names)
}
