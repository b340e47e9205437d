import type { Store } from './database.ts'

/** Single values that belong to the database as a whole. */
export type MetaKey = 'master-key' | 'audit-head'

export function metaRepository(db: Store) {
  return {
    async read(key: MetaKey): Promise<string | undefined> {
      const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst()
      return row?.value
    },

    async write(key: MetaKey, value: string): Promise<void> {
      const row = db.insertInto('meta').values({ key, value })
      await row.onConflict((conflict) => conflict.column('key').doUpdateSet({ value })).execute()
    },
  }
}
