import { sql } from 'kysely'
import type { Store } from './database.ts'
import type { VaultTable } from './schema.ts'

const hourMs = 3_600_000

/**
 * What is known of root passwords besides the passwords, which are in sealed.ts. A life that was longer than the device's project allows
 * now is read as that long: nobody has to remember to shorten it, also when the device was moved.
 */
export function vaultRepository(db: Store) {
  const rows = db
    .selectFrom('vault')
    .innerJoin('devices', 'devices.id', 'vault.deviceId')
    .innerJoin('projects', 'projects.id', 'devices.projectId')
    .select([
      'vault.deviceId',
      'source',
      'setAt',
      'setBy',
      'spentMs',
      'seenAt',
      'seenSteady',
      'seenBy',
      'goneAt',
    ])
    .select(sql<number>`min(vault.lifeMs, projects.passwordHours * ${sql.lit(hourMs)})`.as('lifeMs'))
  return {
    find(deviceId: string): Promise<VaultTable | undefined> {
      return rows.where('vault.deviceId', '=', deviceId).executeTakeFirst()
    },

    kept(): Promise<VaultTable[]> {
      return rows.where('goneAt', 'is', null).execute()
    },

    /** For how long a password may live that is kept from now on, in milliseconds. Of a device that is there. */
    async lifeMsOf(deviceId: string): Promise<number> {
      const { passwordHours } = await db
        .selectFrom('devices')
        .innerJoin('projects', 'projects.id', 'devices.projectId')
        .select('passwordHours')
        .where('devices.id', '=', deviceId)
        .executeTakeFirstOrThrow()
      return passwordHours * hourMs
    },

    async put(row: VaultTable): Promise<void> {
      await db.deleteFrom('vault').where('deviceId', '=', row.deviceId).execute()
      await db.insertInto('vault').values(row).execute()
    },
  }
}
