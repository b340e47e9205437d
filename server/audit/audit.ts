import type { KeyObject } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { AuditEntry } from '../contract/audit.ts'
import { limits } from '../contract/limits.ts'
import { type AuditFilter, auditRepository } from '../store/audit.ts'
import { inTransaction, refuseInside, type Store } from '../store/database.ts'
import type { SealingKey } from '../store/master-key.ts'
import { append } from './append.ts'
import { Batches } from './batches.ts'
import { genesis, openHead, sealHead } from './chain.ts'
import { type Act, entryOf, gatewayItself } from './entry.ts'
import { type AuditVerdict, verifyChain } from './verify.ts'

/** The record of who did what: entries are added, never changed or removed, and each seals those before it. */
export interface Audit {
  /**
   * Adds one entry at the end. Rejects with AppError `storage-failed` when it cannot be written: then what it tells of must not
   * happen. Acts that change the database record themselves in that very transaction: `audit.within(transaction).record(act)`.
   */
  record(act: Act): Promise<void>
  /**
   * For what must go on even when nothing can be written, like a console at 03:00 on a full disk: never rejects. Then the entry goes
   * to the log, and the first entry written afterwards is preceded by `audit.missed`, which says how many are missing since when.
   */
  recordOrLog(act: Act): Promise<void>
  /** The same audit, writing in a transaction that the caller has begun. */
  within(transaction: Store): Pick<Audit, 'record'>
  /** Newest first, at most limits.pageSize. Who may see which projects is the caller's to say. */
  query(filter: AuditFilter): Promise<AuditEntry[]>
  verify(): Promise<AuditVerdict>
}

export interface AuditParts {
  store: Store
  masterKey: SealingKey
  clock: Clock
  log: Log
}

export function createAudit({ store, masterKey, clock, log }: AuditParts): Audit {
  const chain = {
    get headKey() {
      return auditHeadKey(masterKey)
    },
    clock,
    log,
  }
  let missed: Missed | undefined

  async function write(acts: Act[]): Promise<void> {
    let telling: Missed | undefined
    try {
      await inTransaction(store, async (within) => {
        telling = missed
        missed = undefined
        await append(within, chain, telling === undefined ? acts : [missedAct(telling), ...acts])
      })
    } catch (error) {
      if (telling !== undefined)
        missed = { count: telling.count + (missed?.count ?? 0), since: telling.since }
      throw error
    }
  }

  const batches = new Batches(write)

  async function record(act: Act): Promise<void> {
    refuseInside()
    await batches.add(act)
  }

  return {
    record,

    async recordOrLog(act) {
      try {
        await record(act)
      } catch (error) {
        missed = { count: (missed?.count ?? 0) + 1, since: missed?.since ?? clock.now() }
        log.error(
          { err: error, act },
          'An audit entry could not be written; this line is all there is of it.',
        )
      }
    },

    within: (transaction) => ({ record: (act) => append(transaction, chain, [act]) }),

    async query(filter) {
      return (await auditRepository(store).search(filter, limits.pageSize)).map(entryOf)
    },

    verify: () => verifyChain({ store, headKey: chain.headKey }),
  }
}

/** Seals the head of a chain without entries; when the master key is first used, so that a chain that is gone is missed. */
export async function beginAudit(within: Store, masterKey: SealingKey): Promise<void> {
  await auditRepository(within).setHead(sealHead(genesis, auditHeadKey(masterKey)))
}

/** Seals the head under another master key. An entry must have been added in the same transaction: that finds what is wrong with a head. */
export async function resealHead(within: Store, from: SealingKey, to: SealingKey): Promise<void> {
  const rows = auditRepository(within)
  const { head: stored } = await rows.end()
  const head = stored === undefined ? undefined : openHead(stored, auditHeadKey(from))
  if (head === undefined) throw new Error('The head of the audit is not sealed by the key that is to go.')
  await rows.setHead(sealHead(head, auditHeadKey(to)))
}

export function auditHeadKey(masterKey: SealingKey): KeyObject {
  return masterKey.derive('audit head')
}

interface Missed {
  count: number
  since: number
}

function missedAct({ count, since }: Missed): Act {
  return {
    action: 'audit.missed',
    by: gatewayItself,
    detail: { count, since: new Date(since).toISOString() },
  }
}
