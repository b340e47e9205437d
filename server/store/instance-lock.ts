import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError, systemCode } from '../base/errors.ts'

/** Waits this long for a gateway that is just going. */
const patienceMs = 3000

/**
 * Makes sure that one gateway alone works in a data folder: two would write one history and hold one line. The lock is SQLite's own
 * on a file beside the database, so the system drops it whatever way the process ends.
 * @returns what gives it back.
 * @throws AppError `in-use` when another gateway has it.
 */
export function lockDataFolder(folder: string): () => void {
  const database = new Database(join(folder, 'gateway.lock'), { timeout: patienceMs })
  try {
    database.exec('begin exclusive')
  } catch (cause) {
    database.close()
    if (systemCode(cause) !== 'SQLITE_BUSY') throw cause
    throw new AppError(
      'in-use',
      `Another gateway is working in ${folder}. Stop it first, or give this one a folder of its own (LIFELINE_DATA_DIR).`,
      { cause },
    )
  }
  return () => database.close()
}
