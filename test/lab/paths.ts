import { join, resolve } from 'node:path'

/** Where the lab keeps what it builds and who runs: `.lab/` of the repository, or LIFELINE_LAB_DIR. */
export function labFolder(): string {
  const chosen = process.env.LIFELINE_LAB_DIR
  return chosen === undefined || chosen === '' ? join(import.meta.dirname, '../../.lab') : resolve(chosen)
}
