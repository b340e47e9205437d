import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string | undefined

/** A folder of this run, which goes when the run ends, however it ends. */
export function scratch(): string {
  if (folder !== undefined) return folder
  const made = mkdtempSync(join(tmpdir(), 'lifeline-bench-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  folder = made
  return made
}
