import { resolve } from 'node:path'

/** A path as the person meant it: the script has changed into the clone, where the settings' own paths begin. */
export function calledFrom(environment: Record<string, string | undefined>, path: string): string {
  return resolve(environment.INIT_CWD ?? '', path)
}
