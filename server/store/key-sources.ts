import { sql } from 'kysely'
import { limits } from '../contract/limits.ts'
import type { Store } from './database.ts'
import type { KeyPosition, StoredKey } from './keys.ts'

/** Where keys that belong on a project's devices come from: the project itself, or a member whose keys count. */
export interface KeySource {
  kind: 'project' | 'owner' | 'collaborator'
  /** Of the project or the user. */
  id: string
  name: string
  email: string | null
  /** How many keys it has, counted up to one more than a page holds. */
  count: number
}

/** Whether a source fills a page is all that is asked; counting on would take longer than reading the page. */
const countedTo = limits.pageSize + 1

/** Keys as they come together for a project: its own, and those of its owners and collaborators who are not disabled. */
export function keySourceRepository(db: Store) {
  return {
    /** Those that have keys, in the order in which their keys are shown: project, owners, collaborators, people by e-mail. */
    async list(projectId: string): Promise<KeySource[]> {
      const own = await db
        .selectFrom('projects')
        .where('id', '=', projectId)
        .select((project) => [
          'id',
          'name',
          project
            .selectFrom((some) =>
              some
                .selectFrom('keys')
                .whereRef('keys.projectId', '=', 'projects.id')
                .select('keys.id')
                .limit(countedTo)
                .as('some'),
            )
            .select((key) => key.fn.countAll<number>().as('count'))
            .as('count'),
        ])
        .execute()
      const people = await members(db, projectId)
        .select((member) => [
          'users.id',
          'users.name',
          'users.email',
          'members.role',
          member
            .selectFrom((some) =>
              some
                .selectFrom('keys')
                .whereRef('keys.userId', '=', 'users.id')
                .select('keys.id')
                .limit(countedTo)
                .as('some'),
            )
            .select((key) => key.fn.countAll<number>().as('count'))
            .as('count'),
        ])
        .orderBy('members.role', 'desc')
        .orderBy('users.email')
        .execute()
      const sources = [
        ...own.map((project) => ({ ...project, kind: 'project' as const, email: null })),
        ...people.map(({ role, ...person }) => ({
          ...person,
          kind: role === 'owner' ? ('owner' as const) : ('collaborator' as const),
        })),
      ]
      return sources
        .map((source) => ({ ...source, count: source.count ?? 0 }))
        .filter(({ count }) => count > 0)
    },

    /** Keys of these sources, the oldest of each first. */
    async keysIn(
      sources: readonly Pick<KeySource, 'kind' | 'id'>[],
      page: { after?: KeyPosition | undefined; limit: number },
    ): Promise<StoredKey[]> {
      const ids = sources.map(({ id }) => id)
      const column = sources.every(({ kind }) => kind === 'project') ? 'projectId' : 'userId'
      let query = db.selectFrom('keys').selectAll().where(column, 'in', ids)
      const { after } = page
      if (after !== undefined)
        query = query.where(sql<boolean>`(createdAt, id) > (${after.createdAt}, ${after.id})`)
      return query.orderBy(column).orderBy('createdAt').orderBy('id').limit(page.limit).execute()
    },

    /** Keys of all sources of the project: those that have one of these fingerprints, or all. */
    keysOf(projectId: string, sha256s?: readonly string[]): Promise<StoredKey[]> {
      const people = members(db, projectId).select('users.id')
      const keys = db
        .selectFrom('keys')
        .selectAll()
        .where((key) => key.or([key('projectId', '=', projectId), key('userId', 'in', people)]))
      return (sha256s === undefined ? keys : keys.where('sha256', 'in', sha256s)).execute()
    },

    /** Projects on whose devices the personal keys of this user belong. */
    async projectsOf(userId: string): Promise<string[]> {
      const rows = await db
        .selectFrom('members')
        .select('projectId')
        .where('userId', '=', userId)
        .where('role', 'in', ['owner', 'collaborator'])
        .execute()
      return rows.map((row) => row.projectId)
    },
  }
}

export type KeySourceRepository = ReturnType<typeof keySourceRepository>

/** Members whose keys count. */
export function members(db: Store, projectId: string) {
  return db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.userId')
    .where('members.projectId', '=', projectId)
    .where('members.role', 'in', ['owner', 'collaborator'])
    .where('users.disabled', '=', 0)
}
