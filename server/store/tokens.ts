import type { Store } from './database.ts'
import type { TokensTable } from './schema.ts'

/** API tokens, found by the hash of their secret or by id. */
export function tokenRepository(db: Store) {
  const rows = db.selectFrom('tokens').selectAll()
  return {
    find(by: { hash: string } | { id: string }): Promise<TokensTable | undefined> {
      const query = 'id' in by ? rows.where('id', '=', by.id) : rows.where('hash', '=', by.hash)
      return query.executeTakeFirst()
    },

    /** The newest first. */
    ofUser(userId: string): Promise<TokensTable[]> {
      return rows.where('userId', '=', userId).orderBy('createdAt', 'desc').orderBy('id').execute()
    },

    async add(token: TokensTable): Promise<void> {
      await db.insertInto('tokens').values(token).execute()
    },

    async touch(id: string, lastUsedAt: number): Promise<void> {
      await db.updateTable('tokens').set({ lastUsedAt }).where('id', '=', id).execute()
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('tokens').where('id', '=', id).execute()
    },

    async removeOfUser(userId: string): Promise<void> {
      await db.deleteFrom('tokens').where('userId', '=', userId).execute()
    },

    async removeExpired(before: number): Promise<void> {
      await db.deleteFrom('tokens').where('expiresAt', '<=', before).execute()
    },
  }
}
