import type { KeyObject } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { type AuditEnd, auditRepository } from '../store/audit.ts'
import type { Store } from '../store/database.ts'
import { genesis, type Head, hashOf, openHead, sealHead } from './chain.ts'
import { type Act, gatewayItself, rowOf } from './entry.ts'

export interface Chain {
  headKey: KeyObject
  clock: Clock
  log: Log
}

/**
 * Adds entries in the caller's transaction. Where the end is not as the gateway left it, an entry `audit.broken` says so first:
 * the record goes on, since work must, and the new head never makes good what was done to the old one.
 */
export async function append(within: Store, chain: Chain, acts: readonly Act[]): Promise<void> {
  const rows = auditRepository(within)
  const { head, damage } = judge(await rows.end(), chain.headKey)
  let last = head
  const added = [...noticeOf(chain, damage), ...acts].map((act) => {
    const row = { ...rowOf(act, chain.clock.now()), seq: last.seq + 1, previous: last.hash }
    const hash = hashOf(row)
    last = { seq: row.seq, hash }
    return { ...row, hash }
  })
  if (added.length > 0) await rows.add(added)
  await rows.setHead(sealHead(last, chain.headKey))
}

function noticeOf({ log }: Chain, damage: string | undefined): Act[] {
  if (damage === undefined) return []
  log.error({ damage }, 'The audit is not as the gateway left it: somebody else has written to the database.')
  return [{ action: 'audit.broken', by: gatewayItself, detail: { found: damage } }]
}

/** The head to go on from, and what is wrong with the end that was found. */
function judge({ head: stored, last = genesis }: AuditEnd, key: KeyObject): { head: Head; damage?: string } {
  const head = stored === undefined ? undefined : openHead(stored, key)
  if (head === undefined) return { head: last, damage: 'the head is missing or not sealed by this gateway' }
  if (head.seq === last.seq && head.hash === last.hash) return { head }
  const damage = `the head ends at entry ${head.seq}, the last entry there is has number ${last.seq}`
  return { head: { seq: Math.max(head.seq, last.seq), hash: head.hash }, damage }
}
