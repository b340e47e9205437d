import { randomBytes } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** A new identifier: kind, underscore, 100 random bits in base32 (RFC 4648 section 6, lower case). */
export function newId(
  kind: 'usr' | 'ses' | 'tok' | 'prj' | 'dev' | 'sec' | 'vwr' | 'job' | 'key' | 'prv' | 'psh' | 'rec' | 'spw',
): string {
  return `${kind}_${base32(20)}`
}

/** `length` random base32 characters, 5 bits each: for tokens and generated passwords that people may have to type. */
export function base32(length: number): string {
  // 32 divides 256, so the low five bits of a random byte are uniform.
  return Array.from(randomBytes(length), (byte) => alphabet[byte & 31]).join('')
}
