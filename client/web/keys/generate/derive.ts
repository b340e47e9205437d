/// <reference path="./bcrypt-pbkdf.d.ts" />
import { argon2id } from '@noble/hashes/argon2.js'
import bcrypt from 'bcrypt-pbkdf'

/** Turns a passphrase into keys, slowly on purpose. `share` done is told from 0 to 1, where that is known. */
export interface Derivation {
  kind: 'bcrypt' | 'argon2id'
  passphrase: Uint8Array<ArrayBuffer>
  salt: Uint8Array<ArrayBuffer>
  /** bcrypt: rounds. argon2id: passes. */
  times: number
  /** argon2id alone: KiB. */
  memory?: number
  bytes: number
}
export type Derive = (derivation: Derivation) => Promise<Uint8Array<ArrayBuffer>>

export function derive(derivation: Derivation, onShare: (share: number) => void): Uint8Array<ArrayBuffer> {
  const { kind, passphrase, salt, times, memory = 0, bytes } = derivation
  if (kind === 'argon2id') {
    const options = { t: times, m: memory, p: 1, dkLen: bytes, onProgress: onShare }
    return new Uint8Array(argon2id(passphrase, salt, options))
  }
  const key = new Uint8Array(bytes)
  const failed = bcrypt.pbkdf(passphrase, passphrase.length, salt, salt.length, key, bytes, times) !== 0
  if (failed) throw new Error('bcrypt-pbkdf refused its input')
  return key
}
