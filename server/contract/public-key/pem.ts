import { decodeBase64, encodeBase64 } from './base64.ts'
import { readBlob } from './blob.ts'
import { trimBlanks } from './clean-text.ts'
import { blobOf, type Parts, partsOf } from './parts.ts'
import { cutShort, notAKey } from './refusals.ts'
import { readPkcs1, readSpki, writePkcs1, writeSpki } from './spki.ts'
import { found, type KeyPolicy, type PublicKey, type Read, refused } from './types.ts'
import { unsupportedType } from './unsupported.ts'

/** `-----BEGIN PUBLIC KEY-----` (RFC 7468 section 13); nothing for a type that it has no form for. */
export function printSpkiPem(key: PublicKey): string | undefined {
  const parts = partsOf(key)
  return parts && armour('PUBLIC KEY', writeSpki(parts))
}

/** `-----BEGIN RSA PUBLIC KEY-----` (RFC 8017 appendix A.1.1), of RSA keys alone. */
export function printPkcs1Pem(key: PublicKey): string | undefined {
  const parts = partsOf(key)
  return parts?.kind === 'rsa' ? armour('RSA PUBLIC KEY', writePkcs1(parts)) : undefined
}

function armour(label: string, der: Uint8Array): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? []
  return `${[`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')}\n`
}

/** A PEM block has no comment. */
export function readPem(text: string, policy: KeyPolicy): Read<PublicKey> {
  const [first = '', ...lines] = text.split('\n').map(trimBlanks)
  const label = trimBlanks(/BEGIN ([A-Z0-9 ]+)/.exec(first)?.[1] ?? '')
  const reader = readers[label]
  if (!reader) return refuseLabel(label)
  if (trimBlanks(lines.pop()?.replaceAll('-', '') ?? '') !== `END ${label}`) {
    return cutShort('The last line, which ends the key, is missing.')
  }
  const der = decodeBase64(lines.join(''))
  if (!der) return cutShort('The base64 of the key is damaged or not complete.')
  const parts = reader(der)
  if (!parts.ok) return parts
  const read = readBlob(blobOf(parts.value), policy)
  return read.ok ? found({ ...read.value, comment: '' }) : read
}

const readers: Record<string, (der: Uint8Array) => Read<Parts>> = {
  'PUBLIC KEY': readSpki,
  'RSA PUBLIC KEY': readPkcs1,
}

function refuseLabel(label: string) {
  if (/CERTIFICATE$/.test(label)) {
    return refused(
      'certificate',
      'This is an X.509 certificate, as web servers have it. It is no SSH key.',
      'Paste your SSH public key: the line from its .pub file.',
    )
  }
  if (label.startsWith('PGP '))
    return unsupportedType('This is a PGP key. SSH servers do not take it as it is.')
  if (/PUBLIC KEY$/.test(label))
    return unsupportedType('A PEM block of this kind holds no key that is taken.')
  return notAKey('The PEM block does not hold a public key.')
}
