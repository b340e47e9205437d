import { decodeBase64Url, encodeBase64Url } from './base64.ts'
import { readBlob } from './blob.ts'
import { readComment } from './comment.ts'
import { type NistCurve, nistCurves } from './elliptic.ts'
import { isRecord, parseJson } from './jwk-text.ts'
import { blobOf, type Parts, partsOf } from './parts.ts'
import { cutShort, mismatch, notAKey } from './refusals.ts'
import { found, type KeyPolicy, type PublicKey, type Read } from './types.ts'
import { unsupportedType } from './unsupported.ts'
import { concat } from './wire.ts'

/** RFC 7517, with the comment as `kid`; nothing for a type that it has no form for. */
export function printJwk(key: PublicKey): string | undefined {
  const parts = partsOf(key)
  if (!parts) return undefined
  return JSON.stringify(key.comment === '' ? membersOf(parts) : { ...membersOf(parts), kid: key.comment })
}

/** RSA and EC keys of RFC 7518 section 6, Ed25519 of RFC 8037. */
export function readJwk(text: string, policy: KeyPolicy): Read<PublicKey> {
  const jwk = parseJson(text)
  if (!isRecord(jwk) || typeof jwk.kty !== 'string') return notAKey('The JSON is not a JSON Web Key.')
  const parts = readMembers(jwk)
  if (!parts.ok) return parts
  const read = readBlob(blobOf(parts.value), policy)
  if (!read.ok) return read
  const comment = readComment(typeof jwk.kid === 'string' ? jwk.kid : '')
  return comment.ok ? found({ ...read.value, comment: comment.value }) : comment
}

function membersOf(parts: Parts): Record<string, string> {
  switch (parts.kind) {
    case 'rsa':
      return {
        kty: 'RSA',
        n: encodeBase64Url(unsigned(parts.modulus)),
        e: encodeBase64Url(unsigned(parts.exponent)),
      }
    case 'ecdsa': {
      const { name, size } = nistCurves[parts.curve]
      const [x, y] = [parts.point.subarray(1, 1 + size), parts.point.subarray(1 + size)]
      return { kty: 'EC', crv: name, x: encodeBase64Url(x), y: encodeBase64Url(y) }
    }
    case 'ed25519':
      return { kty: 'OKP', crv: 'Ed25519', x: encodeBase64Url(parts.point) }
  }
}

function readMembers(jwk: Record<string, unknown>): Read<Parts> {
  const member = (name: string) => decodeBase64Url(String(jwk[name] ?? ''))
  const [n, e, x, y] = [member('n'), member('e'), member('x'), member('y')]
  if (!n || !e || !x || !y) return cutShort('A member of the JWK is not complete base64url.')
  if (jwk.kty === 'RSA') return found({ kind: 'rsa', exponent: mpint(e), modulus: mpint(n) })
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return found({ kind: 'ed25519', point: x })
  const curve = nistNames.find((name) => nistCurves[name].name === jwk.crv)
  if (jwk.kty !== 'EC' || !curve) return unsupportedType('The JWK is a key of a kind that is not taken here.')
  const { size, name } = nistCurves[curve]
  if (x.length !== size || y.length !== size) {
    return mismatch(`The coordinates of the JWK do not have the length that ${name} has.`)
  }
  return found({ kind: 'ecdsa', curve, point: concat([Uint8Array.of(4), x, y]) })
}

const nistNames: NistCurve[] = ['nistp256', 'nistp384', 'nistp521']

/** RFC 4251 section 5 from a number without sign, which some programs write with zeros before it. */
function mpint(bytes: Uint8Array): Uint8Array {
  const digits = unsigned(bytes)
  return (digits[0] ?? 0) > 0x7f ? concat([Uint8Array.of(0), digits]) : digits
}

function unsigned(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? new Uint8Array() : bytes.subarray(first)
}
