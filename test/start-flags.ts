import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `scripts/start` gives node: memory and CPU are another program's without it. */
export function startFlags(): string[] {
  const start = readFileSync(join(import.meta.dirname, '../scripts/start'), 'utf8')
  const [, flags] = /^exec node (.+) server\/main\.ts/m.exec(start) ?? []
  if (flags === undefined) throw new Error('scripts/start does not say how it starts the gateway.')
  return flags.split(' ')
}
