import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { databaseFile, openStore, type Store } from '../../../server/store/database.ts'
import { MasterKey } from '../../../server/store/master-key.ts'

export const masterKey = new MasterKey(Buffer.alloc(32, 7))

/** A data folder of the test's own, and the ways of somebody who has its files but no key. */
export class DataFolder {
  readonly path: string
  readonly database: string

  private constructor(path: string) {
    this.path = path
    this.database = join(path, databaseFile)
  }

  static async make(): Promise<DataFolder> {
    return new DataFolder(await mkdtemp(join(tmpdir(), 'lifeline-store-')))
  }

  open(): Promise<Store> {
    return openStore(this.database)
  }

  /** Runs statements on the database as any program may that can write the file. */
  meddle(...statements: string[]): void {
    const database = new Database(this.database)
    try {
      for (const statement of statements) database.exec(statement)
    } finally {
      database.close()
    }
  }

  look<T>(query: string): T[] {
    const database = new Database(this.database)
    try {
      return database.prepare<[], T>(query).all()
    } finally {
      database.close()
    }
  }

  /** Bytes of every file in the folder, by name. */
  async contents(): Promise<Map<string, Buffer>> {
    const names = (await readdir(this.path)).sort()
    return new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(join(this.path, name))] as const)),
    )
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true })
  }
}
