import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { SealingKey } from '../store/master-key.ts'
import type { ProvisionsTable } from '../store/schema.ts'

/** What an address is bound to. Changing any of it in the database makes the address a wrong one. */
export type Signed = Pick<ProvisionsTable, 'id' | 'deviceId' | 'createdAt' | 'lifeMs'>

/** The secret part of a provisioning's address: its id (100 random bits) and a signature of 160 bits. It is kept nowhere. */
export interface Tokens {
  tokenOf(provision: Signed): string
  /** Compares in constant time. */
  isOf(token: string, provision: Signed): boolean
}

const idLength = 20
const signatureBytes = 20

export function createTokens(masterKey: SealingKey): Tokens {
  const key = () => masterKey.derive('provision addresses')
  return {
    tokenOf: (provision) => provision.id.slice(-idLength) + sign(key(), provision).toString('hex'),
    isOf(token, provision) {
      const given = Buffer.from(token.slice(idLength), 'hex')
      return given.length === signatureBytes && timingSafeEqual(given, sign(key(), provision))
    },
  }
}

/** Which provisioning a token claims to be of; undefined when it is no token. */
export function claimedId(token: string): string | undefined {
  return /^[a-z2-7]{20}[0-9a-f]{40}$/.test(token) ? `prv_${token.slice(0, idLength)}` : undefined
}

function sign(key: KeyObject, { id, deviceId, createdAt, lifeMs }: Signed): Buffer {
  const text = JSON.stringify(['lifeline provision 1', id, deviceId, createdAt, lifeMs])
  return createHmac('sha256', key).update(text).digest().subarray(0, signatureBytes)
}
