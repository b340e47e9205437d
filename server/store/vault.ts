import type { Store } from './database.ts'
import type { VaultTable } from './schema.ts'

/** What is known of root passwords besides the passwords, which are in sealed.ts. */
export function vaultRepository(db: Store) {
  return {
    find(deviceId: string): Promise<VaultTable | undefined> {
      return db.selectFrom('vault').selectAll().where('deviceId', '=', deviceId).executeTakeFirst()
    },

    kept(): Promise<VaultTable[]> {
      return db.selectFrom('vault').selectAll().where('goneAt', 'is', null).execute()
    },

    async put(row: VaultTable): Promise<void> {
      await db.deleteFrom('vault').where('deviceId', '=', row.deviceId).execute()
      await db.insertInto('vault').values(row).execute()
    },
  }
}
