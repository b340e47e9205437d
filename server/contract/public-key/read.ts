import { cleanText, trimBlanks, utf8Length } from './clean-text.ts'
import { readJwk } from './jwk.ts'
import { printOpenSshLine, readOpenSshLine } from './openssh-line.ts'
import { readPem } from './pem.ts'
import { type Piece, piecesOf } from './pieces.ts'
import { findPrivateKey, refusePrivateKey } from './private-key.ts'
import { refusePublished } from './published-keys.ts'
import { cutShort, notAKey } from './refusals.ts'
import { readRfc4716 } from './rfc4716.ts'
import {
  found,
  type KeyPolicy,
  type KeyReading,
  type KeyWarning,
  type PublicKey,
  type Read,
  refused,
} from './types.ts'

/** UTF-16 units of a text that is searched for a private key, and of one that may be a public key: the longest has 2,800. */
const longestText = 1024 * 1024
const longestKeyText = 64 * 1024
/** Dropbear passes over a longer line (MAX_AUTHKEYS_LINE before 2026.92). */
const longestLineBytes = 3000
const advisedRsaBits = 3072

const strict: KeyPolicy = { leastRsaBits: 2048 }

/** The one public key of a text in any format, or the one reason why it is not taken. */
export function readPublicKey(text: string, policy: KeyPolicy = strict): KeyReading {
  const read = readText(text, policy)
  if (!read.ok) return read
  const { key, mended } = read.value
  if (lineBytes(key) > longestLineBytes) return lineTooLong(key)
  return { ok: true, key, warnings: warningsOf(key, mended) }
}

/** Of the normal form. */
function lineBytes({ type, blob, comment }: PublicKey): number {
  return type.length + Math.ceil(blob.length / 3) * 4 + utf8Length(comment) + 2
}

/** The normal form: `type base64`, and the comment if there is one. */
export function printPublicKey(key: PublicKey): string {
  return printOpenSshLine(key)
}

function readText(text: string, policy: KeyPolicy): Read<{ key: PublicKey; mended: boolean }> {
  const secret = text.length > longestText ? undefined : findPrivateKey(text)
  if (secret) return refusePrivateKey(secret)
  if (text.length > longestKeyText) {
    return refused('too-large', 'The text is larger than any key.', 'Paste the public key alone.')
  }
  const clean = cleanText(text)
  const piece = onlyPiece(clean.text)
  if (!piece.ok) return piece
  const key = readPiece(piece.value, policy)
  if (!key.ok) return key
  // A JWK's kid is read from JSON, which may write a text in many ways.
  const inComment = findPrivateKey(key.value.comment)
  if (inComment) return refusePrivateKey(inComment)
  return refusePublished(key.value.blob) ?? found({ key: key.value, mended: clean.mended })
}

function onlyPiece(text: string): Read<Piece> {
  const pieces = piecesOf(text)
  const [first, ...more] = pieces.filter(({ kind }) => kind !== 'other')
  if (more.length > 0) {
    return refused(
      'multiple-keys',
      `There are ${1 + more.length} keys in the text.`,
      'Add each key on its own.',
    )
  }
  if (!first) return nothingFound(text, pieces)
  return pieces.length === 1 ? found(first) : notAKey('Beside the key there is other text.')
}

function nothingFound(text: string, [other]: Piece[]) {
  if (!other) return refused('empty', 'There is no key in the text.', 'Paste the line from your .pub file.')
  if (/^AAAA[BCEGIH]/.test(trimBlanks(text))) {
    return cutShort('The beginning is missing: the word that names the type, like ssh-ed25519.')
  }
  return notAKey('The text is not a public key.')
}

function readPiece({ kind, text }: Piece, policy: KeyPolicy): Read<PublicKey> {
  switch (kind) {
    case 'openssh':
      return readOpenSshLine(text, policy)
    case 'rfc4716':
      return readRfc4716(text, policy)
    case 'pem':
      return readPem(text, policy)
    case 'jwk':
      return readJwk(text, policy)
    case 'ppk':
    case 'other':
      return notAKey('The text is not a public key.')
  }
}

function warningsOf({ type, bits }: PublicKey, mended: boolean): KeyWarning[] {
  const warnings: KeyWarning[] = []
  if (type === 'ssh-rsa' && bits < strict.leastRsaBits) {
    warnings.push({
      code: 'below-policy',
      message: `RSA with ${bits} bits is too weak: replace this key soon.`,
    })
  } else if (type === 'ssh-rsa' && bits < advisedRsaBits) {
    const message = `RSA with ${bits} bits is advised against beyond 2030: 3072 or an Ed25519 key is better.`
    warnings.push({ code: 'short-rsa', message })
  }
  if (type === 'ssh-mldsa44-ed25519@openssh.com') {
    const message =
      'Only OpenSSH 10.4 and 10.5 know this experimental type, and only where it is switched on.'
    warnings.push({ code: 'experimental-type', message })
  }
  if (mended) {
    const message =
      'The text had characters that do not belong into a key; they were left out. Compare the fingerprint.'
    warnings.push({ code: 'mended', message })
  }
  return warnings
}

function lineTooLong({ comment }: PublicKey) {
  return refused(
    'too-large',
    `The key's line is longer than the ${longestLineBytes} bytes that every server reads.`,
    comment === '' ? 'Make a new key: ssh-keygen -t ed25519.' : 'Shorten the comment behind the key.',
  )
}
