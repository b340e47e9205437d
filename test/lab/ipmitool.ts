import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Bmc } from './bmc.ts'
import { type OwnedProcess, requireProgram, startProcess } from './process.ts'

export type BmcAccess = Pick<Bmc, 'host' | 'port' | 'user' | 'password'>

/** Runs one ipmitool command against a BMC of the lab; gives what it printed, rejects with its complaint. */
export async function ipmitool(bmc: BmcAccess, ...command: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(requireProgram('ipmitool'), [...session(bmc), ...command], {
    env: environment(bmc),
  })
  return stdout.trim()
}

/** The serial console over LAN: after ipmitool's banner, what the machine prints is the program's output; `write` types. */
export function solSession(bmc: BmcAccess): Promise<OwnedProcess> {
  // U+100000 begins with a byte that no login types; ipmitool takes that byte for its escape character.
  const args = [...session(bmc), '-e', '\u{100000}', 'sol', 'activate']
  // Into a pipe ipmitool would keep its banner back until the machine prints something.
  const unbuffered = ['-o0', requireProgram('ipmitool'), ...args]
  return startProcess({ command: 'stdbuf', args: unbuffered, env: environment(bmc), endSignal: 'SIGINT' })
}

/** ipmi_sim knows cipher suites up to 3. */
function session({ host, port, user }: BmcAccess): string[] {
  return ['-I', 'lanplus', '-C', '3', '-H', host, '-p', String(port), '-U', user, '-E', '-N', '1', '-R', '3']
}

function environment({ password }: BmcAccess): NodeJS.ProcessEnv {
  return { ...process.env, IPMI_PASSWORD: password }
}
