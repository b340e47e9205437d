/**
 * Ends with 0 when node_modules is what package-lock.json says and the native modules load in this very Node;
 * else says why and ends with 1. Imports nothing but node:, for it runs before anything is installed.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

type Package = { version?: string; integrity?: string; optional?: boolean; devOptional?: boolean }

const root = join(import.meta.dirname, '..')
const problem = differsFromLock() ?? doesNotLoad()
if (problem) {
  console.error(problem)
  process.exit(1)
}

function differsFromLock(): string | undefined {
  const locked = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  for (const [path, { version, integrity, optional, devOptional }] of Object.entries(locked)) {
    if (path === '') continue
    const found = installed[path]
    // Packages for other operating systems and processors are in the lock, and rightly not installed.
    if (!found && (optional || devOptional)) continue
    if (!found) return `${path} is not installed`
    if (found.version !== version) return `${path} is ${found.version}, package-lock.json says ${version}`
    if (found.integrity !== integrity) return `${path} is not the one of package-lock.json`
  }
  return undefined
}

/** Maps a package's folder, as in `node_modules/ws`, to what npm recorded of it; nothing where npm left no record. */
function packagesOf(lockFile: string): Record<string, Package> {
  try {
    return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages ?? {}
  } catch {
    return {}
  }
}

function doesNotLoad(): string | undefined {
  const require = createRequire(import.meta.url)
  const loads: Record<string, () => unknown> = {
    'node-pty': () => require('node-pty'),
    serialport: () => require('serialport'),
    // Its native half is loaded by the first database, not by the import.
    'better-sqlite3': () => new (require('better-sqlite3'))(':memory:').close(),
  }
  for (const [name, load] of Object.entries(loads)) {
    try {
      load()
    } catch (error) {
      return `${name} does not load: ${error instanceof Error ? error.message : error}`
    }
  }
  return undefined
}
