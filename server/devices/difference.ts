import { isDeepStrictEqual } from 'node:util'
import type { Detail } from '../audit/entry.ts'
import type { StoredDevice } from '../store/devices.ts'
import type { SecretChanges } from './secrets.ts'

/** Long, or text that people type and that may hold what they should not: that it changed is said, and not how. */
const unsaid = new Set(['description', 'transport.argv', 'transport.startCommand'])
const uninteresting = new Set(['id', 'createdAt', 'updatedAt'])

/** What is different, for the audit: by path, `old -> new`. Empty when nothing is. */
export function differenceOf(before: StoredDevice, after: StoredDevice): Detail {
  const old = flatten(before)
  const now = flatten(after)
  const paths = [...new Set([...old.keys(), ...now.keys()])]
  const changed = paths.filter((path) => !isDeepStrictEqual(old.get(path), now.get(path)))
  const told = (path: string) =>
    unsaid.has(path) ? 'changed' : `${print(old.get(path))} -> ${print(now.get(path))}`
  return Object.fromEntries(changed.map((path) => [path, told(path)]))
}

/** Which secrets were set or forgotten, never what they are. */
export function secretDifference(changes: SecretChanges): Detail {
  return Object.fromEntries(
    Object.entries(changes).map(([name, value]) => [name, value === null ? 'forgotten' : 'set']),
  )
}

function flatten({ transport, settings, ...plain }: StoredDevice): Map<string, unknown> {
  const { size, ...rest } = settings
  const sizeText = `${size.cols}x${size.rows}`
  const entries = [
    ...Object.entries(plain).filter(([key]) => !uninteresting.has(key)),
    ...Object.entries(transport).map(([key, value]): [string, unknown] => [`transport.${key}`, value]),
    ...Object.entries({ ...rest, size: sizeText }).map(([key, value]): [string, unknown] => [
      `settings.${key}`,
      value,
    ]),
  ]
  return new Map(entries)
}

function print(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
