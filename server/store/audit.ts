import type { Store } from './database.ts'
import { type MetaKey, metaRepository } from './meta.ts'
import type { AuditTable } from './schema.ts'

export type AuditRow = AuditTable

/** The end of the chain, as one statement saw it: no append came between. */
export interface AuditEnd {
  /** As it was written; undefined where there is none. */
  head: string | undefined
  /** The entry with the highest number. */
  last: { seq: number; hash: string } | undefined
}

export interface AuditFilter {
  /** Only entries with lower numbers. */
  before?: number | undefined
  deviceId?: string | undefined
  action?: string | undefined
  /** Only entries of these projects; absent: of all, and those of none. */
  projectIds?: readonly string[] | undefined
}

const headKey: MetaKey = 'audit-head'

/** Entries of the audit as rows, and the head of their chain. What they must contain is said in audit/chain.ts. */
export function auditRepository(db: Store) {
  const newest = db.selectFrom('audit').orderBy('seq', 'desc').limit(1)
  return {
    /** At least one of them, in their order. */
    async add(added: readonly AuditRow[]): Promise<void> {
      await db.insertInto('audit').values(added).execute()
    },

    setHead: (head: string): Promise<void> => metaRepository(db).write(headKey, head),

    async end(): Promise<AuditEnd> {
      const { head, seq, hash } = await db
        .selectNoFrom([
          db.selectFrom('meta').select('value').where('key', '=', headKey).as('head'),
          newest.select('seq').as('seq'),
          newest.select('hash').as('hash'),
        ])
        .executeTakeFirstOrThrow()
      return { head: head ?? undefined, last: seq === null || hash === null ? undefined : { seq, hash } }
    },

    /** Entries with numbers above `after`, lowest first. */
    listAfter(after: number, limit: number): Promise<AuditRow[]> {
      return db.selectFrom('audit').selectAll().where('seq', '>', after).orderBy('seq').limit(limit).execute()
    },

    /** Entries that say they follow the one with this hash; one, unless somebody meddled. Reads the whole table. */
    listFollowing(hash: string): Promise<AuditRow[]> {
      return db.selectFrom('audit').selectAll().where('previous', '=', hash).limit(10).execute()
    },

    /** Newest first. */
    search(filter: AuditFilter, limit: number): Promise<AuditRow[]> {
      let query = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit)
      if (filter.before !== undefined) query = query.where('seq', '<', filter.before)
      if (filter.deviceId !== undefined) query = query.where('deviceId', '=', filter.deviceId)
      if (filter.action !== undefined) query = query.where('action', '=', filter.action)
      if (filter.projectIds !== undefined) query = query.where('projectId', 'in', filter.projectIds)
      return query.execute()
    },
  }
}
