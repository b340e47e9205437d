import type { Store } from './database.ts'
import type { SessionsTable } from './schema.ts'

/** Sessions, found by the hash of their cookie or by id. */
export function sessionRepository(db: Store) {
  const rows = db.selectFrom('sessions').selectAll()
  return {
    find(by: { hash: string } | { id: string }): Promise<SessionsTable | undefined> {
      const query = 'id' in by ? rows.where('id', '=', by.id) : rows.where('hash', '=', by.hash)
      return query.executeTakeFirst()
    },

    /** The newest first. */
    ofUser(userId: string): Promise<SessionsTable[]> {
      return rows.where('userId', '=', userId).orderBy('lastSeenAt', 'desc').orderBy('id').execute()
    },

    /** Who has signed in from where, of sessions not yet removed. */
    places(): Promise<{ email: string; address: string }[]> {
      const joined = db.selectFrom('sessions').innerJoin('users', 'users.id', 'sessions.userId')
      return joined.select(['users.email', 'sessions.address']).distinct().execute()
    },

    async add(session: SessionsTable): Promise<void> {
      await db.insertInto('sessions').values(session).execute()
    },

    async touch(id: string, lastSeenAt: number): Promise<void> {
      await db.updateTable('sessions').set({ lastSeenAt }).where('id', '=', id).execute()
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('sessions').where('id', '=', id).execute()
    },

    /** @param except a session that stays. */
    async removeOfUser(userId: string, except?: string): Promise<void> {
      const all = db.deleteFrom('sessions').where('userId', '=', userId)
      await (except === undefined ? all : all.where('id', '!=', except)).execute()
    },

    /** Removes the longest unused ones of a user beyond `most`. */
    async keepNewest(userId: string, most: number): Promise<void> {
      const newest = db.selectFrom('sessions').select('id').where('userId', '=', userId)
      const kept = newest.orderBy('lastSeenAt', 'desc').orderBy('createdAt', 'desc').limit(most)
      await db.deleteFrom('sessions').where('userId', '=', userId).where('id', 'not in', kept).execute()
    },

    async removeEnded(before: { expiresAt: number; lastSeenAt: number }): Promise<void> {
      await db
        .deleteFrom('sessions')
        .where((or) =>
          or.or([or('expiresAt', '<=', before.expiresAt), or('lastSeenAt', '<=', before.lastSeenAt)]),
        )
        .execute()
    },
  }
}
