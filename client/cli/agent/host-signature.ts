import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { splitSignature } from '../../../server/contract/agent/messages.ts'
import { WireReader } from '../../../server/contract/public-key/wire.ts'

interface Signed {
  hostKey: Uint8Array
  sessionId: Uint8Array
  signature: Uint8Array
}

const curves: Record<string, { crv: string; hash: string; size: number }> = {
  'ecdsa-sha2-nistp256': { crv: 'P-256', hash: 'sha256', size: 32 },
  'ecdsa-sha2-nistp384': { crv: 'P-384', hash: 'sha384', size: 48 },
  'ecdsa-sha2-nistp521': { crv: 'P-521', hash: 'sha512', size: 66 },
}
/** RFC 8332. SHA-1 is not believed. */
const rsaHashes: Record<string, string> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' }

/** Whether the holder of a host key has signed the identifier of a session (RFC 4253 section 8). Certificates of hosts are not taken. */
export function isSignedByHost({ hostKey, sessionId, signature }: Signed): boolean {
  const reader = new WireReader(hostKey)
  const type = reader.name() ?? ''
  const split = splitSignature(signature)
  if (split === undefined) return false
  const { algorithm, bytes } = split
  try {
    if (type === 'ssh-ed25519' && algorithm === type) {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: url(reader.string()) }
      return verify(null, sessionId, { key: jwk, format: 'jwk' }, bytes)
    }
    const curve = curves[type]
    if (curve !== undefined && algorithm === type) {
      const key = createPublicKey({ key: pointOf(reader, curve), format: 'jwk' })
      return verify(curve.hash, sessionId, { key, dsaEncoding: 'ieee-p1363' }, pairOf(bytes, curve.size))
    }
    const hash = rsaHashes[algorithm]
    if (type !== 'ssh-rsa' || hash === undefined) return false
    const [e, n] = [url(positive(reader.string())), url(positive(reader.string()))]
    return verify(hash, sessionId, { key: { kty: 'RSA', n, e }, format: 'jwk' }, bytes)
  } catch {
    // No such point, a modulus of nothing: no key has signed.
    return false
  }
}

/** RFC 5656 section 3.1: the curve's name, then 4 and both coordinates. */
function pointOf(reader: WireReader, { crv, size }: { crv: string; size: number }): JsonWebKey {
  reader.name()
  const point = reader.string() ?? new Uint8Array()
  return { kty: 'EC', crv, x: url(point.subarray(1, 1 + size)), y: url(point.subarray(1 + size)) }
}

/** Two numbers of RFC 4251 section 5 as two of the same length. */
function pairOf(bytes: Uint8Array, size: number): Buffer {
  const reader = new WireReader(bytes)
  const padded = [reader.string(), reader.string()].map((number = new Uint8Array()) => {
    const hex = Buffer.from(number)
      .toString('hex')
      .replace(/^(?:00)+/, '')
    return Buffer.from(hex.padStart(size * 2, '0'), 'hex')
  })
  return Buffer.concat(padded)
}

/** JWK has numbers without the zero that says they are not negative (RFC 7518 section 2). */
function positive(bytes: Uint8Array = new Uint8Array()): Uint8Array {
  return bytes[0] === 0 ? bytes.subarray(1) : bytes
}

const url = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString('base64url')
