import { sql } from 'kysely'
import { refuseInside, type Store } from './database.ts'

/**
 * Makes what was deleted unreadable in the files: `secure_delete` has overwritten it in the pages, this writes them to the database
 * file and empties the write-ahead log, which holds them as they were before. False when another program is reading the database:
 * then it is to be tried again. It does not wait for such a program, since nothing else of the gateway would go on meanwhile.
 */
export async function overwriteDeleted(store: Store): Promise<boolean> {
  refuseInside()
  return store.connection().execute(async (connection) => {
    await sql`pragma busy_timeout = 0`.execute(connection)
    try {
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(connection)
      return rows.every(({ busy }) => busy === 0)
    } finally {
      await sql`pragma busy_timeout = 5000`.execute(connection)
    }
  })
}
