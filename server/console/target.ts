import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { BlockList, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { abortedCause, causeOfSystemError } from './causes.ts'
import { LinkError } from './transport.ts'

/**
 * The address to connect to for a host name or address, as text. What it returns must be what is connected to: a second look-up
 * could answer differently (DNS rebinding). Rejects with LinkError `name-not-found`, `timeout` when `signal` aborts first, or
 * `not-allowed` when every address is one of this machine, link-local, multicast or unspecified and these are not allowed.
 */
export async function resolveTarget(
  host: string,
  options: { allowLocalTargets: boolean; signal?: AbortSignal },
): Promise<string> {
  const found = await addressesOf(host, options.signal)
  const allowed = options.allowLocalTargets ? found[0] : found.find(({ address }) => !isLocal(address))
  if (allowed === undefined) throw notAllowed(host, found)
  return allowed.address
}

async function addressesOf(host: string, signal: AbortSignal | undefined): Promise<LookupAddress[]> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(new LinkError(abortedCause(host)))
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  try {
    // getaddrinfo(3) cannot be cancelled; nothing but a thread of the pool waits for it.
    return await Promise.race([aborted.promise, lookup(host, { all: true })])
  } catch (error) {
    if (error instanceof LinkError) throw error
    throw new LinkError(causeOfSystemError(error, host), { cause: error })
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function notAllowed(host: string, found: LookupAddress[]): LinkError {
  const address = found[0]?.address ?? 'no address'
  const target = address === host ? host : `${host} (${address})`
  return new LinkError({
    code: 'not-allowed',
    message:
      `${target} is an address of the gateway itself, link-local, multicast or unspecified, and this gateway does not connect ` +
      'to those. Use the address of the device, or have the administrator allow local targets.',
  })
}

function isLocal(address: string): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  // A scope (fe80::1%eth0) exists for link-local and multicast addresses only.
  return address.includes('%') || neverRemote.check(address, family) || isOwn(address)
}

const neverRemote = new BlockList()
/** IPv4 within IPv6: translated by a NAT64 (RFC 6052), or by the host itself (RFC 2765 section 2.1). */
const translated = ['64:ff9b::', '::ffff:0:']
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  // Reserved, with the broadcast address as its last.
  ['240.0.0.0', 4],
  // What clouds tell their machines, credentials among it, where its address is not link-local: Alibaba, Azure, Oracle.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
] as const) {
  // BlockList also applies these to IPv4-mapped IPv6 addresses (::ffff:127.0.0.1).
  neverRemote.addSubnet(network, prefix, 'ipv4')
  for (const before of translated) neverRemote.addSubnet(before + network, 96 + prefix, 'ipv6')
}
for (const [network, prefix] of [
  // Unspecified, loopback, and IPv4-compatible (RFC 4291 section 2.5.5.1, deprecated).
  ['::', 96],
  ['fe80::', 10],
  ['ff00::', 8],
  // The metadata services of EC2 and Google: link-local in all but their address.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
] as const) {
  neverRemote.addSubnet(network, prefix, 'ipv6')
}

function isOwn(address: string): boolean {
  const own = new BlockList()
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    own.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4')
  }
  return own.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
