import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** What `scripts/start` gives node: memory and CPU are another program's without it. */
export function startFlags(): string[] {
  return inStart(/^exec node (.+) \S+ "\$@"$/m).split(' ')
}

/** What `scripts/start` runs. It is there when it was built (built.ts). */
export function startProgram(): string {
  return join(root, inStart(/^exec node .+ (\S+) "\$@"$/m))
}

/** How many arenas of malloc `scripts/start` lets it have. */
export function startArenas(): string {
  return inStart(/^export MALLOC_ARENA_MAX=(\d+)$/m)
}

function inStart(pattern: RegExp): string {
  const start = readFileSync(join(root, 'scripts/start'), 'utf8')
  const [, found] = pattern.exec(start) ?? []
  if (found === undefined) throw new Error('scripts/start does not say how it starts the gateway.')
  return found
}
