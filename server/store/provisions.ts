import { sql } from 'kysely'
import type { Store } from './database.ts'
import type { HostKeysTable, ProvisionsTable } from './schema.ts'

/** First boots: at most one under way for each device. */
export function provisionRepository(db: Store) {
  const rows = db.selectFrom('provisions').selectAll()
  return {
    find(id: string): Promise<ProvisionsTable | undefined> {
      return rows.where('id', '=', id).executeTakeFirst()
    },

    /** The one under way, or the last one: marking again ends the one before. */
    lastOf(deviceId: string): Promise<ProvisionsTable | undefined> {
      return rows.where('deviceId', '=', deviceId).orderBy(sql`rowid`, 'desc').limit(1).executeTakeFirst()
    },

    underWay(): Promise<ProvisionsTable[]> {
      return rows.where('endedAt', 'is', null).execute()
    },

    async add(row: ProvisionsTable): Promise<void> {
      await db.insertInto('provisions').values(row).execute()
    },

    async save(row: ProvisionsTable): Promise<void> {
      await db.updateTable('provisions').set(row).where('id', '=', row.id).execute()
    },
  }
}

/** Host keys of devices, as they were heard. */
export function hostKeyRepository(db: Store) {
  const rows = db.selectFrom('hostKeys').selectAll()
  return {
    all(): Promise<HostKeysTable[]> {
      return rows.execute()
    },

    of(deviceId: string): Promise<HostKeysTable[]> {
      return rows.where('deviceId', '=', deviceId).execute()
    },

    /** What one source says from now on. */
    async replace(deviceId: string, source: HostKeysTable['source'], heard: HostKeysTable[]): Promise<void> {
      await db.deleteFrom('hostKeys').where('deviceId', '=', deviceId).where('source', '=', source).execute()
      if (heard.length > 0) await db.insertInto('hostKeys').values(heard).execute()
    },

    async remove(deviceId: string): Promise<void> {
      await db.deleteFrom('hostKeys').where('deviceId', '=', deviceId).execute()
    },

    async removeBefore(deviceId: string, seenAt: number): Promise<void> {
      await db.deleteFrom('hostKeys').where('deviceId', '=', deviceId).where('seenAt', '<', seenAt).execute()
    },
  }
}
