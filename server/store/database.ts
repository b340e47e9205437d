import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from './migrations.ts'
import type { Schema } from './schema.ts'

export type Store = Kysely<Schema>

/**
 * Opens the SQLite database and brings its schema up to date. `:memory:` gives one that ends with the process.
 * `secure_delete` overwrites what is deleted, so that a removed secret does not stay in free pages.
 */
export async function openStore(path: string): Promise<Store> {
  const database = new Database(path)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'secure_delete = ON',
    'busy_timeout = 5000',
  ]) {
    database.pragma(pragma)
  }
  const store = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })
  const migrator = new Migrator({ db: store, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    await store.destroy()
    throw error
  }
  return store
}
