import { AsyncLocalStorage } from 'node:async_hooks'
import { closeSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { openFailure } from './failures.ts'
import { migrations } from './migrations.ts'
import type { Schema } from './schema.ts'
import { GatewayDialect } from './sqlite.ts'

/** The database, or one transaction on it. */
export type Store = Kysely<Schema>

/** Name of the database file in the data folder. */
export const databaseFile = 'lifeline.db'

/**
 * Opens the SQLite database and brings its schema up to date. `:memory:` gives one that ends with the process.
 * `secure_delete` overwrites what is deleted, so that a removed secret does not stay in free pages.
 */
export async function openStore(path: string): Promise<Store> {
  const store = new Kysely<Schema>({ dialect: new GatewayDialect(openForWriting(path)) })
  const migrator = new Migrator({ db: store, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    await store.destroy()
    throw error
  }
  return store
}

/** Opens a database that exists, only to read, also beside a running gateway. Its schema is taken as it is. */
export function openStoreToRead(path: string): Store {
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true })
    database.pragma('busy_timeout = 5000')
    return new Kysely<Schema>({ dialect: new GatewayDialect(database) })
  } catch (error) {
    throw openFailure(path, error)
  }
}

/** What runs within a transaction knows it, for as long as that one is under way. */
const inside = new AsyncLocalStorage<{ underWay: boolean }>()

/**
 * Runs `work` in one transaction: all of it happens, or nothing. Within it, everything must use the store that `work` is given;
 * a store that is a transaction already is simply used.
 */
export async function inTransaction<T>(store: Store, work: (within: Store) => Promise<T>): Promise<T> {
  if (store.isTransaction) return work(store)
  refuseInside()
  const transaction = { underWay: true }
  try {
    return await inside.run(transaction, () => store.transaction().execute(work))
  } finally {
    transaction.underWay = false
  }
}

/** Runs `work` alone with the database: until it has ended nobody else of this process reads or writes. It must use the store it is given. */
export function alone<T>(store: Store, work: (store: Store) => Promise<T>): Promise<T> {
  refuseInside()
  return store.connection().execute(work)
}

/** Throws within a transaction. There is one connection: waiting for it while holding it would never end. */
export function refuseInside(): void {
  if (inside.getStore()?.underWay) throw new Error('A transaction is under way: use the store it was given.')
}

function openForWriting(path: string): Database.Database {
  try {
    // The -wal and -shm files get the mode of the database file.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
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
    return database
  } catch (error) {
    throw openFailure(path, error)
  }
}
