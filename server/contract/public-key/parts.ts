import { type NistCurve, nistCurves } from './elliptic.ts'
import type { RsaNumbers } from './rsa.ts'
import type { PublicKey } from './types.ts'
import { concat, WireReader, wireName, wireString } from './wire.ts'

/** What the formats of other worlds (PEM, JWK) know of a key, as SSH's wire form has it. */
export type Parts =
  | ({ kind: 'rsa' } & RsaNumbers)
  | { kind: 'ecdsa'; curve: NistCurve; point: Uint8Array }
  | { kind: 'ed25519'; point: Uint8Array }

/** The wire form; nothing of it is proved yet. */
export function blobOf(parts: Parts): Uint8Array {
  switch (parts.kind) {
    case 'rsa':
      return concat([wireName('ssh-rsa'), wireString(parts.exponent), wireString(parts.modulus)])
    case 'ecdsa':
      return concat([wireName(`ecdsa-sha2-${parts.curve}`), wireName(parts.curve), wireString(parts.point)])
    case 'ed25519':
      return concat([wireName('ssh-ed25519'), wireString(parts.point)])
  }
}

/** Nothing for keys of security keys and of experiments, which only SSH has a form for. */
export function partsOf({ type, blob, curve }: PublicKey): Parts | undefined {
  const reader = new WireReader(blob)
  const [, second = none, third = none] = [reader.string(), reader.string(), reader.string()]
  if (type === 'ssh-rsa') return { kind: 'rsa', exponent: second, modulus: third }
  if (type === 'ssh-ed25519') return { kind: 'ed25519', point: second }
  const isPlain = type.startsWith('ecdsa-sha2-') && curve !== undefined && isNist(curve)
  return isPlain ? { kind: 'ecdsa', curve, point: third } : undefined
}

const none = new Uint8Array()

function isNist(curve: string): curve is NistCurve {
  return Object.hasOwn(nistCurves, curve)
}
