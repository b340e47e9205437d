import { checkEd25519, checkNistPoint, type NistCurve, nistCurves } from './elliptic.ts'
import { cutShort, mismatch, notAKey } from './refusals.ts'
import { checkRsa } from './rsa.ts'
import { found, type KeyPolicy, type KeyType, keyTypes, type PublicKey, type Read } from './types.ts'
import { unsupported } from './unsupported.ts'
import { latin1, WireReader } from './wire.ts'

type Facts = Pick<PublicKey, 'bits' | 'curve'>

/** ML-DSA-44 (FIPS 204), before the Ed25519 key in one string: draft-miller-sshm-composite-sigs. */
const mldsa44Bytes = 1312

/** A key from its wire form: every field of its type, each of them proved, and not a byte more. */
export function readBlob(blob: Uint8Array, policy: KeyPolicy): Read<Omit<PublicKey, 'comment'>> {
  const reader = new WireReader(blob)
  const name = reader.name()
  if (name === undefined) return cutShort('The key is not complete: not even the name of its type is there.')
  const type = keyTypes.find((known) => known === name)
  if (type === undefined) return unsupported(name) ?? notAKey('The text does not contain a public key.')
  const facts = readFields(type, reader, policy)
  if (!facts.ok) return facts
  if (reader.left > 0) return mismatch(`There are ${reader.left} bytes more than a key of its type has.`)
  return found({ type, blob, ...facts.value })
}

function readFields(type: KeyType, reader: WireReader, policy: KeyPolicy): Read<Facts> {
  switch (type) {
    case 'ssh-rsa':
      return readRsa(reader, policy)
    case 'ssh-ed25519':
      return readEd25519(reader)
    case 'sk-ssh-ed25519@openssh.com':
      return withApplication(readEd25519(reader), reader)
    case 'ecdsa-sha2-nistp256':
      return readEcdsa('nistp256', reader)
    case 'ecdsa-sha2-nistp384':
      return readEcdsa('nistp384', reader)
    case 'ecdsa-sha2-nistp521':
      return readEcdsa('nistp521', reader)
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return withApplication(readEcdsa('nistp256', reader), reader)
    case 'ssh-mldsa44-ed25519@openssh.com':
      return readComposite(reader)
  }
}

function readRsa(reader: WireReader, policy: KeyPolicy): Read<Facts> {
  const exponent = reader.string()
  const modulus = reader.string()
  if (!exponent || !modulus) return cutShort()
  const bits = checkRsa({ exponent, modulus }, policy)
  return bits.ok ? found({ bits: bits.value }) : bits
}

function readEd25519(reader: WireReader): Read<Facts> {
  const bytes = reader.string()
  if (!bytes) return cutShort()
  const point = checkEd25519(bytes)
  return point.ok ? found({ bits: 256, curve: 'ed25519' }) : point
}

function readEcdsa(curve: NistCurve, reader: WireReader): Read<Facts> {
  const name = reader.name()
  const bytes = reader.string()
  if (name === undefined || !bytes) return cutShort()
  if (name !== curve) return mismatch('The curve that the key names is not the one of its type.')
  const point = checkNistPoint(curve, bytes)
  return point.ok ? found({ bits: nistCurves[curve].bits, curve }) : point
}

/** PROTOCOL.u2f: which relying party the security key signs for, `ssh:` mostly. */
function withApplication(facts: Read<Facts>, reader: WireReader): Read<Facts> {
  if (!facts.ok) return facts
  const application = reader.string()
  if (!application) return cutShort()
  return /^[\x20-\x7e]+$/.test(latin1(application))
    ? facts
    : mismatch("The application of the security key's key is not a name.")
}

function readComposite(reader: WireReader): Read<Facts> {
  const bytes = reader.string()
  if (!bytes) return cutShort()
  if (bytes.length !== mldsa44Bytes + 32) {
    return mismatch('The ML-DSA-44 and Ed25519 key does not have 1344 bytes.')
  }
  const point = checkEd25519(bytes.subarray(mldsa44Bytes))
  return point.ok ? found({ bits: 256 }) : point
}
