import { DerReader, derElement, tags } from './der.ts'
import { type NistCurve, uncompressed } from './elliptic.ts'
import type { Parts } from './parts.ts'
import { cutShort, mismatch } from './refusals.ts'
import type { RsaNumbers } from './rsa.ts'
import { found, type Read } from './types.ts'
import { unsupportedType } from './unsupported.ts'
import { concat } from './wire.ts'

/** Object identifiers in hexadecimal: RFC 3279, RFC 5480, RFC 8410. */
const oids = {
  rsa: '2a864886f70d010101',
  ec: '2a8648ce3d0201',
  ed25519: '2b6570',
}
const curveOids: Record<NistCurve, string> = {
  nistp256: '2a8648ce3d030107',
  nistp384: '2b81040022',
  nistp521: '2b81040023',
}
const otherAlgorithms: Record<string, string> = {
  '2a8648ce380401': 'This is a DSA key. OpenSSH does not accept DSA any more: it is too weak.',
  '2a864886f70d01010a': 'This is an RSA key for PSS signatures only, and SSH makes no such signatures.',
  '2b6571': 'This is an Ed448 key, and OpenSSH knows no Ed448.',
  '2b656e': 'This is an X25519 key: it agrees on secrets, and cannot sign.',
  '2b656f': 'This is an X448 key: it agrees on secrets, and cannot sign.',
}

/** SubjectPublicKeyInfo (RFC 5280 section 4.1). Numbers and points are proved later, in SSH's form. */
export function readSpki(der: Uint8Array): Read<Parts> {
  const outer = new DerReader(der)
  const info = outer.inside(tags.sequence)
  const algorithm = info?.inside(tags.sequence)
  const oid = algorithm?.content(tags.oid)
  const bits = info?.content(tags.bitString)
  if (!info || !algorithm || !oid || !bits || bits[0] !== 0)
    return cutShort('The PEM block is damaged or not complete.')
  if (outer.left > 0 || info.left > 0) return mismatch('There is more in the PEM block than a key.')
  return readAlgorithm(hexOf(oid), algorithm, bits.subarray(1))
}

function readAlgorithm(oid: string, parameters: DerReader, key: Uint8Array): Read<Parts> {
  if (oid === oids.rsa) {
    const none = parameters.left === 0 || parameters.content(tags.null)?.length === 0
    return none && parameters.left === 0
      ? readPkcs1(key)
      : mismatch('The RSA key has parameters, which it may not have.')
  }
  if (oid === oids.ed25519) {
    return parameters.left === 0
      ? found({ kind: 'ed25519', point: key })
      : mismatch('The Ed25519 key has parameters.')
  }
  if (oid === oids.ec) return readEc(parameters, key)
  return unsupportedType(otherAlgorithms[oid] ?? 'The key is of a kind that SSH does not know.')
}

function readEc(parameters: DerReader, key: Uint8Array): Read<Parts> {
  const named = parameters.content(tags.oid)
  const oid = named && hexOf(named)
  const curve = nistNames.find((name) => curveOids[name] === oid)
  if (!curve || parameters.left > 0) {
    return unsupportedType(
      'This is an ECDSA key on a curve that SSH does not know. It knows P-256, P-384 and P-521.',
    )
  }
  return found({ kind: 'ecdsa', curve, point: uncompressed(curve, key) })
}

const nistNames = ['nistp256', 'nistp384', 'nistp521'] as const

/** RSAPublicKey. DER writes its numbers as SSH writes an mpint. */
export function readPkcs1(der: Uint8Array): Read<Parts> {
  const outer = new DerReader(der)
  const numbers = outer.inside(tags.sequence)
  const modulus = numbers?.content(tags.integer)
  const exponent = numbers?.content(tags.integer)
  if (!numbers || !modulus || !exponent) return cutShort('The RSA key is damaged or not complete.')
  if (outer.left > 0 || numbers.left > 0) return mismatch('There is more in the PEM block than a key.')
  return found({ kind: 'rsa', exponent, modulus })
}

export function writePkcs1({ modulus, exponent }: RsaNumbers): Uint8Array {
  return derElement(tags.sequence, derElement(tags.integer, modulus), derElement(tags.integer, exponent))
}

export function writeSpki(parts: Parts): Uint8Array {
  switch (parts.kind) {
    case 'rsa':
      return info([oidElement(oids.rsa), derElement(tags.null)], writePkcs1(parts))
    case 'ecdsa':
      return info([oidElement(oids.ec), oidElement(curveOids[parts.curve])], parts.point)
    case 'ed25519':
      return info([oidElement(oids.ed25519)], parts.point)
  }
}

function info(algorithm: Uint8Array[], key: Uint8Array): Uint8Array {
  const bits = derElement(tags.bitString, concat([Uint8Array.of(0), key]))
  return derElement(tags.sequence, derElement(tags.sequence, ...algorithm), bits)
}

function oidElement(hex: string): Uint8Array {
  return derElement(
    tags.oid,
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  )
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
