import type { IncomingMessage } from 'node:http'
import proxyAddress from 'proxy-addr'

/** The address of the visitor. Behind trusted proxies it is the one that the outermost of them saw (X-Forwarded-For). */
export type AddressReader = (request: IncomingMessage) => string

/** @param trusted Addresses or networks (`10.0.0.0/8`, `loopback`) whose word about the visitor is believed. */
export function addressReader(trusted: string[]): AddressReader {
  const trust = proxyAddress.compile(trusted)
  return (request) => proxyAddress(request, trust)
}
