import type { IncomingMessage } from 'node:http'
import { AppError } from '../base/errors.ts'

/** Which names this gateway answers to, so that no other site's page reaches it under a name of its own (DNS rebinding). */
export interface OwnNames {
  publicUrl: URL | undefined
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/** @throws AppError `wrong-host` when the Host header is neither a loopback name nor the public URL's. */
export function demandOwnHost(request: IncomingMessage, names: OwnNames): void {
  const host = request.headers.host ?? ''
  // Only a name and a port (RFC 9110 section 7.2): of anything around them a proxy may think otherwise than we do.
  const name = /[/?#@\\]/.test(host) ? '' : (URL.parse(`http://${host}`)?.hostname ?? '')
  if (loopbackNames.has(name) || host === names.publicUrl?.host || name === names.publicUrl?.hostname) return
  throw new AppError(
    'wrong-host',
    `This gateway does not answer to that name. Set public_url to the address people type (it is ${names.publicUrl?.origin ?? 'not set'}).`,
  )
}

/**
 * Was the request made by a page of this gateway? The Origin (RFC 6454 section 7) must be the host it was sent to, or the public URL.
 * Browsers send it with every request that changes something and with every WebSocket.
 */
export function isOwnOrigin(request: IncomingMessage, names: OwnNames): boolean {
  const origin = URL.parse(request.headers.origin ?? '')
  if (origin === null) return false
  // Under the public name also the scheme must be ours: a page without https is whoever's between.
  const { host } = request.headers
  return origin.origin === names.publicUrl?.origin || (origin.host === host && host !== names.publicUrl?.host)
}

/** @throws AppError `cross-site` unless a page of this gateway made the request. */
export function demandOwnOrigin(request: IncomingMessage, names: OwnNames): void {
  if (isOwnOrigin(request, names)) return
  throw new AppError(
    'cross-site',
    'The request did not come from a page of this gateway. Open Lifeline at its own address, or use an API token.',
  )
}
