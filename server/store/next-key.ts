import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Secret } from '../base/secret.ts'
import { readKeyFile, syncFolder, writeKeyFile } from './key-file.ts'
import { type MasterKey, parseMasterKey } from './master-key.ts'

/**
 * While a key file is exchanged, the new key stands beside it, from before the database is sealed with it until after: so whatever
 * happens in between, one of the two files has the key that the database needs.
 */
const nextTo = (path: string): string => `${path}.next`

/** Safe on disk when it resolves. @throws AppError `wrong-master-key`. */
export async function prepareNextKey(path: string, key: Secret): Promise<void> {
  await dropNextKey(path)
  await writeKeyFile(nextTo(path), key)
}

/** Undefined where there is none. */
export async function readNextKey(path: string): Promise<MasterKey | undefined> {
  const text = await readKeyFile(nextTo(path))
  return text && parseMasterKey(text)
}

/** The new key takes the place of the old, which is kept for the backups that were made under it. Gives the name of the old one's file. */
export async function takeNextKey(path: string): Promise<string | undefined> {
  const text = await readKeyFile(path)
  const before = text && parseMasterKey(text)
  const kept = before && `${path}.old-${before.id.slice(0, 8)}`
  if (kept !== undefined && text !== undefined) {
    await rm(kept, { force: true })
    await writeKeyFile(kept, text)
  }
  await rename(nextTo(path), path)
  await syncFolder(dirname(path))
  return kept
}

/** Of an exchange that came to nothing. */
export function dropNextKey(path: string): Promise<void> {
  return rm(nextTo(path), { force: true })
}
