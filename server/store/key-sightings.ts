import { type Rewriter, rewriter as rewriterSchema } from '../contract/rewriters.ts'
import type { Store } from './database.ts'
import { members } from './key-sources.ts'
import type { KeySightingsTable } from './schema.ts'

export type KeySighting = Omit<KeySightingsTable, 'deviceId' | 'state'> & { state: 'there' | 'restricted' }

export interface KeySightingPlace {
  deviceId: string
  name: string
  projectName: string
  state: 'there' | 'restricted'
  readAt: number
}

/** Projects that somebody may look into; absent: all. */
type Seen = readonly string[] | undefined

/** What is known of keys on devices: what was put there, and what was found when they were last read. By fingerprint. */
export function keySightingRepository(db: Store) {
  const found = db.selectFrom('keySightings').select(['sha256', 'state', 'type', 'bits', 'comment'])
  return {
    async readAt(deviceId: string): Promise<number | null> {
      const row = await db
        .selectFrom('keyReads')
        .select('at')
        .where('deviceId', '=', deviceId)
        .executeTakeFirst()
      return row?.at ?? null
    },

    /** As the device was last read; null where nothing is known to write its file anew. */
    async rewriter(deviceId: string): Promise<Rewriter | null> {
      const row = await db
        .selectFrom('keyReads')
        .select('rewriter')
        .where('deviceId', '=', deviceId)
        .executeTakeFirst()
      return rewriterSchema
        .nullable()
        .catch(null)
        .parse(row?.rewriter ?? null)
    },

    async rewritten(deviceId: string, rewriter: Rewriter): Promise<void> {
      await db.updateTable('keyReads').set({ rewriter }).where('deviceId', '=', deviceId).execute()
    },

    /** What was found takes the place of what was found before. */
    async replace(deviceId: string, at: number, sightings: readonly KeySighting[]): Promise<void> {
      // What refers to the read goes with it.
      await db.deleteFrom('keyReads').where('deviceId', '=', deviceId).execute()
      await db.insertInto('keyReads').values({ deviceId, at }).execute()
      for (const sighting of sightings) {
        await db
          .insertInto('keySightings')
          .values({ ...sighting, deviceId })
          .execute()
      }
    },

    /** Some keys were looked for, after a read of all of them; without one nothing is known that this could be added to. */
    async amend(deviceId: string, sightings: readonly KeySighting[]): Promise<void> {
      if ((await this.readAt(deviceId)) === null) return
      for (const sighting of sightings) {
        await db
          .insertInto('keySightings')
          .values({ ...sighting, deviceId })
          .onConflict((conflict) => conflict.columns(['deviceId', 'sha256']).doUpdateSet(sighting))
          .execute()
      }
    },

    async found(deviceId: string, sha256s: readonly string[]): Promise<Map<string, KeySighting['state']>> {
      const rows = await found.where('deviceId', '=', deviceId).where('sha256', 'in', sha256s).execute()
      return new Map(rows.map(({ sha256, state }) => [sha256, stateOf(state)]))
    },

    /** Those found without restrictions. */
    async standing(deviceId: string, limit: number): Promise<string[]> {
      const there = found.where('deviceId', '=', deviceId).where('state', '=', 'there')
      return (await there.orderBy('sha256').limit(limit).execute()).map(({ sha256 }) => sha256)
    },

    /** Those found that are none of the project's: neither its own nor of the people whose keys count there. */
    async strangers(deviceId: string, projectId: string, limit: number): Promise<KeySighting[]> {
      const people = members(db, projectId).select('users.id')
      const rows = await found
        .where('deviceId', '=', deviceId)
        .where((sighting) =>
          sighting.not(
            sighting.exists(
              sighting
                .selectFrom('keys')
                .whereRef('keys.sha256', '=', 'keySightings.sha256')
                .where((key) => key.or([key('projectId', '=', projectId), key('userId', 'in', people)]))
                .select('keys.id'),
            ),
          ),
        )
        .orderBy('sha256')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ ...row, state: stateOf(row.state) }))
    },

    async pushed(deviceId: string, sha256s: readonly string[], at: number): Promise<void> {
      for (const sha256 of sha256s) {
        await db
          .insertInto('keyPushes')
          .values({ deviceId, sha256, at })
          .onConflict((conflict) => conflict.columns(['deviceId', 'sha256']).doUpdateSet({ at }))
          .execute()
      }
    },

    async pushedAt(deviceId: string, sha256s: readonly string[]): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('keyPushes')
        .select(['sha256', 'at'])
        .where('deviceId', '=', deviceId)
        .where('sha256', 'in', sha256s)
        .execute()
      return new Map(rows.map(({ sha256, at }) => [sha256, at]))
    },

    /** When each key was last put on a device that may be seen. */
    async lastPushedAt(sha256s: readonly string[], projectIds: Seen): Promise<Map<string, number>> {
      let query = db
        .selectFrom('keyPushes')
        .innerJoin('devices', 'devices.id', 'keyPushes.deviceId')
        .where('sha256', 'in', sha256s)
      if (projectIds !== undefined) query = query.where('devices.projectId', 'in', projectIds)
      const rows = await query
        .groupBy('sha256')
        .select((push) => ['sha256', push.fn.max('at').as('at')])
        .execute()
      return new Map(rows.map(({ sha256, at }) => [sha256, at]))
    },

    /** On how many devices that may be seen each key was found. */
    async counts(sha256s: readonly string[], projectIds: Seen): Promise<Map<string, number>> {
      const rows = await places(db, projectIds)
        .where('sha256', 'in', sha256s)
        .groupBy('sha256')
        .select((sighting) => ['sha256', sighting.fn.countAll<number>().as('count')])
        .execute()
      return new Map(rows.map(({ sha256, count }) => [sha256, count]))
    },

    /** Devices that may be seen and have the key, by name. */
    async places(sha256: string, projectIds: Seen, limit: number): Promise<KeySightingPlace[]> {
      const rows = await places(db, projectIds)
        .innerJoin('keyReads', 'keyReads.deviceId', 'keySightings.deviceId')
        .innerJoin('projects', 'projects.id', 'devices.projectId')
        .where('sha256', '=', sha256)
        .select([
          'devices.id as deviceId',
          'devices.name',
          'projects.name as projectName',
          'keySightings.state',
          'keyReads.at as readAt',
        ])
        .orderBy('devices.name')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ ...row, state: stateOf(row.state) }))
    },
  }
}

function places(db: Store, projectIds: Seen) {
  const all = db.selectFrom('keySightings').innerJoin('devices', 'devices.id', 'keySightings.deviceId')
  return projectIds === undefined ? all : all.where('devices.projectId', 'in', projectIds)
}

function stateOf(state: string): KeySighting['state'] {
  return state === 'restricted' ? state : 'there'
}
