import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Secret } from '../base/secret.ts'

const keyBytes = 32

/** What a derived key is for. Each purpose has a key of its own, so that no use says anything about another. */
export type KeyPurpose = 'sealed entries' | 'audit head' | 'provision addresses'

/** The key that everything sealed rests on. It holds the bytes where nothing prints them. */
export class MasterKey {
  readonly #key: KeyObject
  /**
   * Which key this is: 32 hexadecimal digits that say nothing about the key itself. They stand in the database beside what the
   * key seals, and the first eight in messages, so that people can tell keys apart.
   */
  readonly id: string

  constructor(bytes: Uint8Array) {
    if (bytes.length !== keyBytes) throw new Error('A master key has 32 bytes.')
    this.#key = createSecretKey(bytes)
    this.id = Buffer.from(this.#expand('key id', 16)).toString('hex')
  }

  /** A key of 32 bytes for one purpose: HKDF with SHA-256 (RFC 5869). */
  derive(purpose: KeyPurpose): KeyObject {
    return createSecretKey(this.#expand(purpose, 32))
  }

  #expand(purpose: KeyPurpose | 'key id', length: number): Buffer {
    // The master key is uniformly random, so the salt may be empty (RFC 5869 section 3.1).
    return Buffer.from(hkdfSync('sha256', this.#key, '', `lifeline 1 ${purpose}`, length))
  }
}

/** The 32 bytes that a text stands for: 64 hexadecimal digits, or base64 (RFC 4648 section 4 or 5). Undefined when it is neither. */
export function parseMasterKey(text: Secret): MasterKey | undefined {
  const value = text.reveal().trim()
  if (/^[0-9a-f]{64}$/i.test(value)) return new MasterKey(Buffer.from(value, 'hex'))
  // 32 bytes are 43 characters and, where it is written, one of padding.
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return new MasterKey(Buffer.from(value, 'base64'))
  return undefined
}
