import { spawnSync } from 'node:child_process'
import { requireProgram } from './process.ts'

/** Every process with its arguments and its environment, as root may list them. */
export function processList(): string {
  const { status, stdout, stderr } = spawnSync(requireProgram('ps'), ['axeww', '-o', 'args'], {
    encoding: 'latin1',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`ps failed: ${stderr}`)
  return stdout
}
