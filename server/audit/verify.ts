import type { KeyObject } from 'node:crypto'
import { type AuditRow, auditRepository } from '../store/audit.ts'
import type { Store } from '../store/database.ts'
import { genesis, type Head, hashOf, openHead } from './chain.ts'
import { type Fault, faultAtEnd, faultAtEntry } from './faults.ts'

/** What a look at the whole chain came to: it holds, or its first fault. */
export type AuditVerdict = { ok: true; count: number; head: Head } | ({ ok: false } & Fault)

export interface VerifyRequest {
  store: Store
  headKey: KeyObject
  /** A head that somebody wrote down earlier, out of the gateway's reach: the chain must still go through it. */
  known?: Head | undefined
}

/** Entries read at once: a turn of a few milliseconds, so that a gateway that verifies goes on serving. */
const pageSize = 500

/** Reads the whole chain and proves it against its sealed head. Entries appended meanwhile do not disturb. */
export async function verifyChain({ store, headKey, known }: VerifyRequest): Promise<AuditVerdict> {
  const rows = auditRepository(store)
  const end = await rows.end()
  const there = end.last?.seq ?? 0
  const head = end.head === undefined ? undefined : openHead(end.head, headKey)
  const until = Math.min(there, head?.seq ?? there)
  let last = genesis
  let through = known === undefined || known.hash === genesis.hash
  for (let after = Number.NEGATIVE_INFINITY; ; after = last.seq) {
    const page = await rows.listAfter(after, pageSize)
    for (const row of page.filter(({ seq }) => seq <= until)) {
      if (!follows(row, last)) return { ok: false, ...(await faultAtEntry(rows, row, last)) }
      if (row.action === 'audit.broken') return { ok: false, ...recordedFault(row) }
      last = { seq: row.seq, hash: row.hash }
      through ||= last.seq === known?.seq && last.hash === known.hash
    }
    if (page.length < pageSize || last.seq >= until) break
  }
  const fault = faultAtEnd({ head, last, there, missed: through ? undefined : known })
  return fault === undefined ? { ok: true, count: last.seq, head: last } : { ok: false, ...fault }
}

function follows(row: AuditRow, last: Head): boolean {
  return row.seq === last.seq + 1 && row.previous === last.hash && row.hash === hashOf(row)
}

function recordedFault({ seq, detail }: AuditRow): Fault {
  const message = `The gateway found the chain before entry ${seq} broken when it wrote that entry: ${detail}`
  return { seq, problem: 'broken-before', message }
}
