import type { User } from '../contract/access.ts'
import type { Store } from './database.ts'
import type { UsersTable } from './schema.ts'

/** An account with what proves its password. The hash goes no further than the sign-in. */
export interface Account {
  user: User
  passwordHash: string
}

/** Users by id and by e-mail (lower case). Given a transaction, everything happens in that. */
export function userRepository(db: Store) {
  const rows = db.selectFrom('users').selectAll()
  return {
    async list(): Promise<User[]> {
      return (await rows.orderBy('email').execute()).map(toUser)
    },

    async find(id: string): Promise<User | undefined> {
      const row = await rows.where('id', '=', id).executeTakeFirst()
      return row && toUser(row)
    },

    async account(by: { id: string } | { email: string }): Promise<Account | undefined> {
      const query = 'id' in by ? rows.where('id', '=', by.id) : rows.where('email', '=', by.email)
      const row = await query.executeTakeFirst()
      return row && { user: toUser(row), passwordHash: row.passwordHash }
    },

    async findByEmail(email: string): Promise<User | undefined> {
      const row = await rows.where('email', '=', email).executeTakeFirst()
      return row && toUser(row)
    },

    async isEmpty(): Promise<boolean> {
      return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined
    },

    /** Is there an instance admin who may sign in, besides this one? */
    async hasOtherAdmin(id: string): Promise<boolean> {
      const others = db.selectFrom('users').select('id').where('admin', '=', 1).where('disabled', '=', 0)
      return (await others.where('id', '!=', id).limit(1).executeTakeFirst()) !== undefined
    },

    async add({ user, passwordHash }: Account): Promise<void> {
      const flags = toFlags(user)
      const { id, email, name, createdAt } = user
      await db
        .insertInto('users')
        .values({ id, email, name, createdAt, passwordHash, ...flags })
        .execute()
    },

    async save(user: User): Promise<void> {
      await db
        .updateTable('users')
        .set({ name: user.name, ...toFlags(user) })
        .where('id', '=', user.id)
        .execute()
    },

    async setPassword(id: string, password: { hash: string; mustChange: boolean }): Promise<void> {
      const set = { passwordHash: password.hash, mustChangePassword: Number(password.mustChange) }
      await db.updateTable('users').set(set).where('id', '=', id).execute()
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('users').where('id', '=', id).execute()
    },
  }
}

function toUser(row: UsersTable): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    admin: row.admin === 1,
    disabled: row.disabled === 1,
    mustChangePassword: row.mustChangePassword === 1,
    createdAt: row.createdAt,
  }
}

function toFlags(user: User): Pick<UsersTable, 'admin' | 'disabled' | 'mustChangePassword'> {
  return {
    admin: Number(user.admin),
    disabled: Number(user.disabled),
    mustChangePassword: Number(user.mustChangePassword),
  }
}
