import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Secret } from '../base/secret.ts'

const keyBytes = 32

/** What a derived key is for. Each purpose has a key of its own, so that no use says anything about another. */
export type KeyPurpose = 'sealed entries' | 'audit head' | 'provision addresses' | 'key exchange'

/**
 * What those use who seal or sign. The master key may be exchanged for another while the gateway runs, so derive at each use, in the very
 * transaction that it is for.
 */
export interface SealingKey {
  readonly id: string
  derive(purpose: KeyPurpose): KeyObject
}

/** The key that everything sealed rests on. It holds the bytes where nothing prints them. */
export class MasterKey implements SealingKey {
  readonly #key: KeyObject
  readonly #derived = new Map<KeyPurpose, KeyObject>()
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
    const key = this.#derived.get(purpose) ?? createSecretKey(this.#expand(purpose, 32))
    this.#derived.set(purpose, key)
    return key
  }

  #expand(purpose: KeyPurpose | 'key id', length: number): Buffer {
    // The master key is uniformly random, so the salt may be empty (RFC 5869 section 3.1).
    return Buffer.from(hkdfSync('sha256', this.#key, '', `lifeline 1 ${purpose}`, length))
  }
}

/** The master key as a running gateway holds it. */
export class HeldMasterKey implements SealingKey {
  #now: MasterKey

  constructor(masterKey: MasterKey) {
    this.#now = masterKey
  }

  get now(): MasterKey {
    return this.#now
  }

  get id(): string {
    return this.#now.id
  }

  derive(purpose: KeyPurpose): KeyObject {
    return this.#now.derive(purpose)
  }

  /** Only while nobody else can read or write the database that it belongs to. */
  exchange(next: MasterKey): void {
    this.#now = next
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
