import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { AuditRow } from '../store/audit.ts'

/** Where the chain has come to: number and hash of its last entry. */
export interface Head {
  seq: number
  hash: string
}

/** The head of a chain without entries; the first entry continues it. */
export const genesis: Head = { seq: 0, hash: '0'.repeat(64) }

/**
 * SHA-256 over every field of the entry and the hash of the one before, hex. The fields stand in a JSON array, so that no two
 * different entries print the same.
 */
export function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const fields = [
    'lifeline audit 1',
    row.seq,
    row.at,
    row.action,
    row.actorId,
    row.actor,
    row.address,
    row.projectId,
    row.deviceId,
    row.target,
    row.detail,
    row.previous,
  ]
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex')
}

/** The head as it is stored: with an HMAC-SHA-256, so that only who has the key can say where the chain ends. */
export function sealHead(head: Head, key: KeyObject): string {
  return JSON.stringify({ seq: head.seq, hash: head.hash, mac: macOf(head, key).toString('hex') })
}

/** Undefined when it was not sealed with this key, or was changed since. */
export function openHead(stored: string, key: KeyObject): Head | undefined {
  const { seq, hash, mac } = fieldsOf(stored)
  if (typeof seq !== 'number' || typeof hash !== 'string' || typeof mac !== 'string') return undefined
  const head = { seq, hash }
  const expected = macOf(head, key)
  const given = Buffer.from(mac, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected) ? head : undefined
}

function macOf(head: Head, key: KeyObject): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(['lifeline audit head 1', head.seq, head.hash]))
    .digest()
}

function fieldsOf(stored: string): { seq?: unknown; hash?: unknown; mac?: unknown } {
  try {
    const value: unknown = JSON.parse(stored)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
