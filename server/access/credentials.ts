import { createHash, randomBytes } from 'node:crypto'
import { base32 } from '../base/ids.ts'
import { Secret } from '../base/secret.ts'

/** What the holder shows, and what the database keeps of it. */
export interface Credential {
  secret: Secret
  hash: string
}

/** Value of a session cookie: 256 random bits, base64url. */
export function newCookie(): Credential {
  return withHash(randomBytes(32).toString('base64url'))
}

/** An API token: `ll_`, by which secret scanners know it, and 260 random bits in base32. */
export function newToken(): Credential {
  return withHash(`ll_${base32(52)}`)
}

/** SHA-256, hex. No salt and no stretching: nobody guesses 256 random bits, and what is looked up cannot be salted. */
export function hashOf(secret: Secret): string {
  return createHash('sha256').update(secret.reveal()).digest('hex')
}

function withHash(value: string): Credential {
  const secret = new Secret(value)
  return { secret, hash: hashOf(secret) }
}
