import { createHash } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'
import { abortedCause, causeOfSystemError } from '../../console/causes.ts'
import { LinkError } from '../../console/transport.ts'

export interface TlsTarget {
  /** What `host` resolved to. */
  address: string
  host: string
  port: number
  /** `host:port` as people know it. */
  name: string
  /** The pinned certificate: `SHA256:` and base64. */
  certificate: string | undefined
  signal: AbortSignal
}

/**
 * A TLS connection to the very BMC that was pinned, or, without a pin, to one that an authority of this machine vouches for. Nothing has been
 * sent on it. BMCs sign their own certificates, so they are pinned like host keys. Rejects with LinkError `host-key-unknown` or
 * `host-key-changed`, both with the fingerprint `offered`, or as sockets do.
 */
export function connectTls(target: TlsTarget): Promise<TLSSocket> {
  const { address, host, port, name, signal } = target
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>()
  // RFC 6066 section 3: a server name is a host name, never an address.
  const servername = /^[\d.]+$|:/.test(host) ? '' : host
  // Whom it is, is decided below; rejectUnauthorized would refuse each pinned certificate that signs itself.
  const socket = connect({ host: address, port, servername, rejectUnauthorized: false })
  const abort = () => socket.destroy(new LinkError(abortedCause(name)))
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  socket.once('error', (error) => reject(inCauses(error, name)))
  socket.once('close', () => {
    signal.removeEventListener('abort', abort)
    reject(new LinkError({ code: 'closed-by-far-end', message: `${name} closed the connection.` }))
  })
  socket.once('secureConnect', () => {
    const refusal = whyNotTrusted(socket, target)
    if (refusal === undefined) return resolve(socket)
    socket.destroy()
    reject(refusal)
  })
  return promise
}

/** `SHA256:` and base64 without padding, as ssh prints fingerprints. */
const fingerprintOf = (certificate: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(certificate).digest('base64').replace(/=+$/, '')}`

function whyNotTrusted(socket: TLSSocket, { certificate, name }: TlsTarget): LinkError | undefined {
  const offered = fingerprintOf(socket.getPeerCertificate().raw)
  if (certificate === offered) return undefined
  if (certificate !== undefined) {
    const message = `${name} shows another certificate than the one that was accepted. Accepted: ${certificate}. Shown now: ${offered}. If the BMC was not given a new one, something between may be listening.`
    return new LinkError({ code: 'host-key-changed', message, offered })
  }
  if (socket.authorized) return undefined
  const message = `${name} shows a certificate that nobody vouches for: ${offered}. Compare it with the BMC's own, then accept it.`
  return new LinkError({ code: 'host-key-unknown', message, offered })
}

function inCauses(error: unknown, name: string): LinkError {
  if (error instanceof LinkError) return error
  const isTls = error instanceof Error && 'library' in error
  const protocol = { code: 'protocol', message: `${name} does not speak TLS as it should.` } as const
  return new LinkError(isTls ? protocol : causeOfSystemError(error, name), { cause: error })
}
