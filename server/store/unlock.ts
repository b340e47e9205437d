import { AppError } from '../base/errors.ts'
import { inTransaction, type Store } from './database.ts'
import { makeKeyFile } from './key-file.ts'
import { type MasterKeySource, nameOf, readMasterKey } from './key-source.ts'
import type { MasterKey } from './master-key.ts'
import { metaRepository } from './meta.ts'
import { dropNextKey, readNextKey, takeNextKey } from './next-key.ts'

export interface UnlockRequest {
  store: Store
  source: MasterKeySource
  /** Runs in the transaction that ties the database to its key, once in the life of a database. */
  onFirstUse: (within: Store, masterKey: MasterKey) => Promise<void>
}

export interface Unlocked {
  masterKey: MasterKey
  /** Path of the key file, when one was made just now: the person should put a copy away. */
  made: string | undefined
}

/**
 * Reads the master key and proves that it is the database's. A database without anything sealed is tied to the key that is there;
 * where the source is a file that does not exist, that is made, readable by its owner only.
 * @throws AppError `wrong-master-key`; then nothing was written anywhere.
 */
export async function unlockStore(request: UnlockRequest): Promise<Unlocked> {
  const { store, source } = request
  if ((await metaRepository(store).read('master-key')) !== undefined) {
    const masterKey = await provenMasterKey(store, source)
    if (source.kind === 'file') await finishExchange(source.path, masterKey)
    return { masterKey, made: undefined }
  }
  if (!(await isUnused(store))) throw unproven(source)
  const found = await readMasterKey(source)
  if (found !== undefined) return { masterKey: await tie(request, found), made: undefined }
  if (source.kind !== 'file') throw missing(source)
  return { masterKey: await tie(request, await makeKeyFile(source.path)), made: source.path }
}

/** Reads the master key and proves it, writing nothing. @throws AppError `wrong-master-key`. */
export async function provenMasterKey(store: Store, source: MasterKeySource): Promise<MasterKey> {
  const wanted = await metaRepository(store).read('master-key')
  if (wanted === undefined) throw unproven(source)
  const masterKey = await readMasterKey(source)
  if (masterKey?.id === wanted) return masterKey
  const next = source.kind === 'file' ? await readNextKey(source.path) : undefined
  if (next?.id === wanted) return next
  if (masterKey === undefined) throw missing(source)
  throw wrong(source, masterKey.id, wanted)
}

/** An exchange of the key file that was cut off is carried to its end, or what it left is taken away. */
async function finishExchange(path: string, masterKey: MasterKey): Promise<void> {
  const next = await readNextKey(path)
  if (next?.id === masterKey.id) await takeNextKey(path)
  else await dropNextKey(path)
}

async function tie({ store, onFirstUse }: UnlockRequest, masterKey: MasterKey): Promise<MasterKey> {
  await inTransaction(store, async (within) => {
    await metaRepository(within).write('master-key', masterKey.id)
    await onFirstUse(within, masterKey)
  })
  return masterKey
}

async function isUnused(store: Store): Promise<boolean> {
  const sealed = await store.selectFrom('sealed').select('id').limit(1).executeTakeFirst()
  const audit = await store.selectFrom('audit').select('seq').limit(1).executeTakeFirst()
  return sealed === undefined && audit === undefined
}

const whatNext =
  'Nothing was changed. Put back the key that this database was made with, or say where it is: ' +
  'master_key_file, master_key_command or LIFELINE_MASTER_KEY. Without it the stored passwords cannot be read.'

function wrong(source: MasterKeySource, given: string, wanted: string): AppError {
  const keys = `that key is ${given.slice(0, 8)}, the database needs ${wanted.slice(0, 8)}`
  return new AppError(
    'wrong-master-key',
    `The master key from ${nameOf(source)} is not the one that this database is sealed with (${keys}). ${whatNext}`,
  )
}

function missing(source: MasterKeySource): AppError {
  return new AppError(
    'wrong-master-key',
    `The database is sealed, and its master key is missing: ${nameOf(source)} does not exist. ${whatNext}`,
  )
}

function unproven(source: MasterKeySource): AppError {
  return new AppError(
    'wrong-master-key',
    `The database has no mark that proves its master key, so the one from ${nameOf(source)} cannot be trusted with it: no gateway ` +
      'ever used this database, or somebody has changed it. Nothing was changed now. Put back a backup.',
  )
}
