import { cleanText } from './clean-text.ts'
import { piecesOf } from './pieces.ts'
import { findPrivateKey, type PrivateKeyFormat } from './private-key.ts'

export interface SplitKeys {
  /** One thing each, for `readPublicKey` to judge. Nothing of a private key is in any of them. */
  texts: string[]
  /** One for each private key that was left out. */
  privateKeys: PrivateKeyFormat[]
}

/** Takes a paste or file of several keys apart, without comment lines and blank lines. */
export function splitKeys(text: string): SplitKeys {
  const hidden = findPrivateKey(text)
  const texts: string[] = []
  const privateKeys: PrivateKeyFormat[] = []
  for (const piece of piecesOf(cleanText(text).text)) {
    const format = findPrivateKey(piece.text)
    if (format) privateKeys.push(format)
    // Beside a private key, what is no key may be a part of it.
    else if (!hidden || piece.kind !== 'other') texts.push(piece.text)
  }
  if (hidden && privateKeys.length === 0) privateKeys.push(hidden)
  return { texts, privateKeys }
}
