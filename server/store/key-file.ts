import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, systemCode } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { type MasterKey, parseMasterKey } from './master-key.ts'

/** Far more than any key needs: whoever names /dev/zero is not to wait for its end. */
const mostBytes = 4096

/** What the file holds; undefined when it does not exist. @throws AppError `wrong-master-key` when others may read it, or nobody. */
export async function readKeyFile(path: string): Promise<Secret | undefined> {
  try {
    await using file = await open(path, 'r')
    const { mode } = await file.stat()
    if ((mode & 0o077) !== 0) throw openToOthers(path, mode)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes))
    return new Secret(buffer.toString('latin1', 0, bytesRead))
  } catch (error) {
    if (error instanceof AppError) throw error
    if (systemCode(error) === 'ENOENT') return undefined
    throw unusable(path, 'cannot be read', error)
  }
}

/** Makes a file with a new random key that only its owner may read, safe on disk when this resolves. */
export async function makeKeyFile(path: string): Promise<MasterKey> {
  const key = randomKey()
  await writeKeyFile(path, key)
  const made = parseMasterKey(key)
  if (made === undefined) throw new Error('A key that was made is none.')
  return made
}

/** Base64. */
export function randomKey(): Secret {
  return new Secret(randomBytes(32).toString('base64'))
}

/** Writes a new file that only its owner may read, safe on disk when this resolves. @throws AppError `wrong-master-key`. */
export async function writeKeyFile(path: string, key: Secret): Promise<void> {
  try {
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(`${key.reveal().trim()}\n`)
    await file.sync()
    await syncFolder(dirname(path))
  } catch (error) {
    throw unusable(path, 'cannot be made', error)
  }
}

export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

function openToOthers(path: string, mode: number): AppError {
  const is = (mode & 0o777).toString(8).padStart(4, '0')
  return new AppError(
    'wrong-master-key',
    `The master key file ${path} may be read or written by others than its owner (its mode is ${is}). ` +
      `Nothing was changed. Run: chmod 600 ${path}`,
  )
}

function unusable(path: string, what: string, cause: unknown): AppError {
  const why = systemCode(cause) || 'unknown failure'
  return new AppError(
    'wrong-master-key',
    `The master key file ${path} ${what} (${why}). Nothing was changed. Check the path and the rights of the gateway's user.`,
    { cause },
  )
}
