import { createContext, Script } from 'node:vm'
import { createPattern, type LineMatch, type Pattern, type PatternOptions } from './search-pattern.ts'

/** A sane expression takes some milliseconds for a block; one that tries every way to fail takes for ever. */
const mostMs = 1000

export class TooCostly extends Error {}

/** A pattern that gives up: its `find` throws TooCostly when a block takes too long. Text always ends in time. */
export function timedPattern(options: PatternOptions, limitMs = mostMs): Pattern {
  const pattern = createPattern(options)
  if (!options.regex) return pattern
  const script = new Script('find()')
  return {
    find(block) {
      const context = createContext({ find: () => pattern.find(block) })
      try {
        return script.runInContext(context, { timeout: limitMs }) as LineMatch[]
      } catch (cause) {
        if (!isTimeout(cause)) throw cause
        throw new TooCostly('The expression takes too long.', { cause })
      }
    },
  }
}

/** The error is of the context's own class, no instance of ours. */
function isTimeout(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false
  return error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
