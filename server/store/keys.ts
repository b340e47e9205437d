import { type ExpressionBuilder, sql } from 'kysely'
import type { Store } from './database.ts'
import type { KeysTable, Schema } from './schema.ts'

export type StoredKey = KeysTable

/** Whose keys: of one user, or of one project. */
export type KeyOwner = { userId: string } | { projectId: string }

export interface KeyFilter {
  /** Part of a label, a comment or a fingerprint. */
  search?: string | undefined
  type?: string | undefined
  /** Expired by `now`, or not. */
  expired?: boolean | undefined
  now: number
}

/** A place between keys that are listed by when they were made. */
export interface KeyPosition {
  createdAt: number
  id: string
}

/** Portal keys by id and by owner. */
export function keyRepository(db: Store) {
  const rows = db.selectFrom('keys').selectAll()
  return {
    find(id: string): Promise<StoredKey | undefined> {
      return rows.where('id', '=', id).executeTakeFirst()
    },

    findMany(ids: readonly string[]): Promise<StoredKey[]> {
      return rows.where('id', 'in', ids).execute()
    },

    ofOwner(owner: KeyOwner, sha256s: readonly string[]): Promise<StoredKey[]> {
      return rows.where(ownedBy(owner)).where('sha256', 'in', sha256s).execute()
    },

    /** The newest first, from behind `after`. */
    list(
      owner: KeyOwner,
      filter: KeyFilter,
      page: { after?: KeyPosition | undefined; limit: number },
    ): Promise<StoredKey[]> {
      let query = rows.where(ownedBy(owner)).where(matching(filter))
      const { after } = page
      if (after !== undefined)
        query = query.where(sql<boolean>`(createdAt, id) < (${after.createdAt}, ${after.id})`)
      return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(page.limit).execute()
    },

    async count(owner: KeyOwner, filter?: KeyFilter): Promise<number> {
      let query = db.selectFrom('keys').where(ownedBy(owner))
      if (filter !== undefined) query = query.where(matching(filter))
      const { count } = await query
        .select((keys) => keys.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    },

    async add(key: StoredKey): Promise<void> {
      await db.insertInto('keys').values(key).execute()
    },

    async save({ id, label, expiresAt }: Pick<StoredKey, 'id' | 'label' | 'expiresAt'>): Promise<void> {
      await db.updateTable('keys').set({ label, expiresAt }).where('id', '=', id).execute()
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('keys').where('id', '=', id).execute()
    },
  }
}

type Keys = ExpressionBuilder<Schema, 'keys'>

function ownedBy(owner: KeyOwner) {
  return (keys: Keys) =>
    'userId' in owner ? keys('userId', '=', owner.userId) : keys('projectId', '=', owner.projectId)
}

function matching({ search, type, expired, now }: KeyFilter) {
  return (keys: Keys) => {
    const conditions = []
    if (search) {
      const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
      const like = (column: 'label' | 'comment' | 'sha256' | 'md5') =>
        sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`
      conditions.push(keys.or([like('label'), like('comment'), like('sha256'), like('md5')]))
    }
    if (type !== undefined) conditions.push(keys('type', '=', type))
    if (expired === true) conditions.push(keys('expiresAt', '<=', now))
    if (expired === false)
      conditions.push(keys.or([keys('expiresAt', 'is', null), keys('expiresAt', '>', now)]))
    return keys.and(conditions)
  }
}
