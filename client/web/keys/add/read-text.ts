import { textOf } from '../../../../server/contract/public-key/clean-text.ts'
import { sha256Fingerprint } from '../../../../server/contract/public-key/fingerprint.ts'
import { publicPartOfPpk } from '../../../../server/contract/public-key/ppk.ts'
import { findPrivateKey, refusePrivateKey } from '../../../../server/contract/public-key/private-key.ts'
import { printPublicKey, readPublicKey } from '../../../../server/contract/public-key/read.ts'
import { splitKeys } from '../../../../server/contract/public-key/split.ts'

/** One key of a text, as it would be kept. */
export interface FoundKey {
  ok: true
  sha256: string
  type: string
  bits: number
  comment: string
  /** The one normal form; nothing else is sent. */
  line: string
  warnings: { code: string; message: string }[]
}
export interface FoundRefusal {
  ok: false
  /** Which of the pieces, from 0. */
  at: number
  reason: string
  remedy: string
}
export type Found = FoundKey | FoundRefusal

export type ReadText =
  | { state: 'keys'; text: string; found: Found[] }
  /** A .ppk file, of which only this is public. */
  | { state: 'ppk'; line: string }
  | { state: 'private'; reason: string; remedy: string }

/** The gateway's own setting decides about short RSA keys; here they are read so that it can say so. */
const policy = { leastRsaBits: 1024 }

/** What is in a paste or in the bytes of a file, found out in this page before anything is sent. */
export function readText(given: string | Uint8Array): ReadText {
  const text = typeof given === 'string' ? given : textOf(given)
  // Some private keys are bytes that make no text, some texts are UTF-16 as bytes.
  const secret = findPrivateKey(given) ?? findPrivateKey(text)
  if (secret === 'ppk') {
    const read = publicPartOfPpk(text, policy)
    if (read.ok) return { state: 'ppk', line: printPublicKey(read.key) }
  }
  if (secret) return { state: 'private', ...refusePrivateKey(secret).refusal }
  const { texts } = splitKeys(text)
  // One key is read as it was given, so that what was mended in it is told.
  return { state: 'keys', text, found: unique((texts.length === 1 ? [text] : texts).map(readPiece)) }
}

function readPiece(piece: string, at: number): Found {
  const read = readPublicKey(piece, policy)
  if (!read.ok) return { ok: false, at, ...read.refusal }
  const { key, warnings } = read
  const { type, bits, comment, blob } = key
  return {
    ok: true,
    sha256: sha256Fingerprint(blob),
    type,
    bits,
    comment,
    line: printPublicKey(key),
    warnings,
  }
}

/** The same key twice is one key. */
function unique(all: Found[]): Found[] {
  const seen = new Set<string>()
  return all.filter((one) => {
    if (!one.ok) return true
    if (seen.has(one.sha256)) return false
    seen.add(one.sha256)
    return true
  })
}
