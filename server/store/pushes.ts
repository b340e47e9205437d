import { sql } from 'kysely'
import type { Store } from './database.ts'
import type { PushDevicesTable, PushesTable } from './schema.ts'

export type { PushDevicesTable, PushesTable }

export type PushStanding = Pick<PushDevicesTable, 'pushId' | 'deviceId' | 'projectId' | 'state'>

export interface PushFilter {
  /** Only those of this device. */
  deviceId?: string | undefined
  /** Only those of a device that is in one of these. */
  projectIds?: readonly string[] | undefined
  before?: number | undefined
  limit: number
}

/** Pushes and their devices. */
export function pushRepository(db: Store) {
  const rows = db.selectFrom('pushes').selectAll()
  const devices = db.selectFrom('pushDevices').selectAll()
  return {
    find(id: string): Promise<PushesTable | undefined> {
      return rows.where('id', '=', id).executeTakeFirst()
    },

    findByKey(userId: string, idempotencyKey: string): Promise<PushesTable | undefined> {
      return rows.where('userId', '=', userId).where('idempotencyKey', '=', idempotencyKey).executeTakeFirst()
    },

    /** The newest first. */
    list({ deviceId, projectIds, before, limit }: PushFilter): Promise<PushesTable[]> {
      let query = rows.orderBy('createdAt', 'desc').orderBy('id').limit(limit)
      if (before !== undefined) query = query.where('createdAt', '<', before)
      if (deviceId === undefined && projectIds === undefined) return query.execute()
      return query
        .where((push) => {
          let seen = push
            .selectFrom('pushDevices')
            .leftJoin('devices', 'devices.id', 'pushDevices.deviceId')
            .whereRef('pushDevices.pushId', '=', 'pushes.id')
          if (deviceId !== undefined) seen = seen.where('pushDevices.deviceId', '=', deviceId)
          if (projectIds !== undefined) seen = seen.where(nowIn, 'in', projectIds)
          return push.exists(seen.select('pushDevices.pushId'))
        })
        .execute()
    },

    devicesOf(pushId: string): Promise<PushDevicesTable[]> {
      return devices.where('pushId', '=', pushId).orderBy('name').execute()
    },

    /** Of several pushes: which devices they are of and how those stand, without what came of them, which is long. */
    standing(pushIds: readonly string[]): Promise<PushStanding[]> {
      return db
        .selectFrom('pushDevices')
        .where('pushId', 'in', pushIds)
        .select(['pushId', 'deviceId', 'projectId', 'state'])
        .execute()
    },

    async add(push: PushesTable, of: readonly PushDevicesTable[]): Promise<void> {
      await db.insertInto('pushes').values(push).execute()
      for (const device of of) await db.insertInto('pushDevices').values(device).execute()
    },

    async saveDevice(row: PushDevicesTable): Promise<void> {
      await db
        .updateTable('pushDevices')
        .set(row)
        .where('pushId', '=', row.pushId)
        .where('deviceId', '=', row.deviceId)
        .execute()
    },

    async end(id: string, endedAt: number): Promise<void> {
      await db.updateTable('pushes').set({ endedAt }).where('id', '=', id).execute()
    },

    /** Of a gateway that has ended: what it had not finished. `begun` and `waiting` are what is said of it. */
    async interrupt(endedAt: number, { begun, waiting }: { begun: string; waiting: string }): Promise<void> {
      for (const [state, message] of [
        ['running', begun],
        ['queued', waiting],
      ] as const) {
        await db
          .updateTable('pushDevices')
          .set({ state: 'interrupted', message, endedAt })
          .where('state', '=', state)
          .execute()
      }
      await db.updateTable('pushes').set({ endedAt }).where('endedAt', 'is', null).execute()
    },

    async removeBefore(createdAt: number): Promise<void> {
      await db.deleteFrom('pushes').where('createdAt', '<', createdAt).execute()
    },
  }
}

/** Of a device that is gone, where it was at last. */
const nowIn = sql<string>`coalesce(devices.projectId, pushDevices.projectId)`
