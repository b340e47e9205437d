import { AppError, systemCode } from '../base/errors.ts'

const words: Record<string, string> = {
  SQLITE_FULL:
    'The disk that holds the database is full, so nothing was saved. Free some space, then try again.',
  SQLITE_READONLY: 'The database cannot be written: its disk or file is read-only. Nothing was saved.',
  SQLITE_BUSY: 'Another program holds the database, so nothing was saved. Is a second gateway running on it?',
  SQLITE_IOERR: 'The disk that holds the database failed, so nothing was saved. The system log says more.',
  SQLITE_CANTOPEN: "The database file cannot be opened. Check that it exists and is the gateway's own.",
  SQLITE_CORRUPT: 'The database file is damaged. Stop the gateway and put back a backup.',
  SQLITE_NOTADB: 'The database file is not a database. Stop the gateway and put back a backup.',
}

/** SQLite's trouble with its disk or file as AppError `storage-failed` in words; every other error as it is. */
export function storageFailure(error: unknown): unknown {
  const code = systemCode(error)
  // Extended codes name their kind first: SQLITE_IOERR_WRITE.
  const known = Object.keys(words).find((kind) => code === kind || code.startsWith(`${kind}_`))
  const message = known === undefined ? undefined : words[known]
  return message === undefined ? error : new AppError('storage-failed', message, { cause: error })
}

/** Why the database file cannot be opened at all, as AppError `storage-failed`. */
export function openFailure(path: string, error: unknown): AppError {
  const known = storageFailure(error)
  const why =
    known instanceof AppError ? known.message : error instanceof Error ? error.message : 'unknown failure'
  return new AppError('storage-failed', `The database ${path} cannot be opened: ${why}`, { cause: error })
}

/** Whether a row was refused because another one has the same value in `column` (`table.column`). */
export function isDuplicate(error: unknown, column: string): boolean {
  return (
    error instanceof Error &&
    /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(systemCode(error)) &&
    error.message.includes(column)
  )
}

/** Whether a row was refused because what it refers to does not exist, or because others still refer to it. */
export function isBrokenReference(error: unknown): boolean {
  // A refused deletion comes as SQLITE_CONSTRAINT_TRIGGER, as do the triggers of the audit; the text tells them apart.
  return error instanceof Error && error.message.includes('FOREIGN KEY constraint failed')
}
