import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

type Locked = { optionalDependencies?: Record<string, string> }

const file = join(import.meta.dirname, '../../package-lock.json')
const { packages }: { packages: Record<string, Locked> } = JSON.parse(await readFile(file, 'utf8'))

/**
 * npm leaves out of the lock what the registry did not have when the lock was written, as with a mirror that lags behind;
 * `npm ci` then refuses, or the package does not run on that platform.
 */
test('the lock names the native programs of every platform', () => {
  const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(folder, name)),
  )
  expect(missing).toEqual([])
})

/** Looks for a package where Node does: beside what needs it, then further and further out. */
function isLocked(folder: string, name: string): boolean {
  if (packages[`${folder}${folder && '/'}node_modules/${name}`]) return true
  if (folder === '') return false
  return isLocked(folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/'))), name)
}
