import { type Member, type Role, role as roles } from '../contract/access.ts'
import type { Store } from './database.ts'

/** Who is what in which project. */
export function memberRepository(db: Store) {
  const people = db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.userId')
    .select(['members.userId', 'users.email', 'users.name', 'members.role'])
  return {
    async ofProject(projectId: string): Promise<Member[]> {
      const rows = await people.where('members.projectId', '=', projectId).orderBy('users.email').execute()
      return rows.map((row) => ({ ...row, role: roles.parse(row.role) }))
    },

    /** Roles of a user by project. */
    async ofUser(userId: string): Promise<Map<string, Role>> {
      const rows = await db.selectFrom('members').selectAll().where('userId', '=', userId).execute()
      return new Map(rows.map((row) => [row.projectId, roles.parse(row.role)]))
    },

    /** Does the project have an owner who may sign in, besides this one? */
    async hasOtherOwner(projectId: string, userId: string): Promise<boolean> {
      const owners = people.where('members.projectId', '=', projectId).where('members.role', '=', 'owner')
      const others = owners.where('users.disabled', '=', 0).where('members.userId', '!=', userId)
      return (await others.limit(1).executeTakeFirst()) !== undefined
    },

    /** Names of the projects that would be without an owner who may sign in, were it not for this one. */
    async onlyOwnerOf(userId: string): Promise<string[]> {
      const owners = db
        .selectFrom('members')
        .innerJoin('users', 'users.id', 'members.userId')
        .select('members.projectId')
        .where('members.role', '=', 'owner')
      const rows = await db
        .selectFrom('projects')
        .select('name')
        .where('id', 'in', owners.where('members.userId', '=', userId))
        .where('id', 'not in', owners.where('members.userId', '!=', userId).where('users.disabled', '=', 0))
        .orderBy('name')
        .execute()
      return rows.map((row) => row.name)
    },

    async set(projectId: string, userId: string, as: { role: Role; at: number }): Promise<void> {
      await db
        .insertInto('members')
        .values({ projectId, userId, role: as.role, createdAt: as.at })
        .onConflict((conflict) => conflict.columns(['projectId', 'userId']).doUpdateSet({ role: as.role }))
        .execute()
    },

    async remove(projectId: string, userId: string): Promise<void> {
      await db.deleteFrom('members').where('projectId', '=', projectId).where('userId', '=', userId).execute()
    },
  }
}
