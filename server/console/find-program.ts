import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, resolve } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { LinkError } from './transport.ts'

/**
 * Absolute path of the program that execvp(3) would run for `name` with this PATH and working directory. Throws LinkError
 * `program-missing` or `no-permission`: after exec nobody could tell a missing program from one that failed.
 */
export function findProgram(name: string, path: string, cwd: string): string {
  const candidates = name.includes('/')
    ? [isAbsolute(name) ? name : resolve(cwd, name)]
    : path.split(delimiter).map((folder) => resolve(cwd, folder, name))
  const problems = candidates.map((candidate) => ({ candidate, problem: whyNotRunnable(candidate) }))
  const found = problems.find(({ problem }) => problem === undefined)
  if (found !== undefined) return found.candidate
  const forbidden = problems.find(({ problem }) => problem === 'forbidden')
  if (forbidden === undefined) throw missing(name)
  throw new LinkError({
    code: 'no-permission',
    message: `The gateway's user may not run ${forbidden.candidate}. Is it a program, and is it executable?`,
  })
}

function missing(name: string): LinkError {
  return new LinkError({
    code: 'program-missing',
    message: `There is no program ${name} on the gateway. Check the path, or install it.`,
  })
}

function whyNotRunnable(path: string): 'missing' | 'forbidden' | undefined {
  try {
    if (!statSync(path).isFile()) return 'forbidden'
    accessSync(path, constants.X_OK)
    return undefined
  } catch (error) {
    return systemCode(error) === 'EACCES' ? 'forbidden' : 'missing'
  }
}
