import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, waitForTcp } from './ports.ts'
import { requireProgram, startProcess } from './process.ts'
import type { KeyType } from './ssh-keys.ts'
import { type SshServer, signalDescendants } from './sshd.ts'

export interface DropbearOptions {
  /** What every login runs. */
  command?: string
  hostKeys?: Exclude<KeyType, 'dsa'>[]
  /** More arguments for dropbear(8). */
  args?: string[]
}

/** dropbear on loopback: the SSH server of OpenBMC and of much else that is small. */
export async function startDropbear(options: DropbearOptions = {}): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-dropbear-'))
  await chmod(folder, 0o711)
  const port = await freePort()
  const types = options.hostKeys ?? ['ed25519']
  const keys = types.map((type) => ({ type, path: join(folder, `host_${type}`) }))
  const fingerprints = Object.fromEntries(keys.map(({ type, path }) => [type, makeHostKey(type, path)]))
  const args = ['-F', '-E', '-m', '-p', `127.0.0.1:${port}`, ...keys.flatMap(({ path }) => ['-r', path])]
  args.push(...(options.args ?? []))
  if (options.command !== undefined) args.push('-c', options.command)
  const daemon = await startProcess({ command: requireProgram('dropbear'), args })
  let ended = false
  void daemon.exited.then(() => {
    ended = true
  })
  const close = async () => {
    if (!ended) signalDescendants(daemon.pid, 'SIGKILL')
    await daemon.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitForTcp(port, { gaveUp: () => (ended ? daemon.output() : undefined) })
  } catch (error) {
    await close()
    throw error
  }
  return {
    host: '127.0.0.1',
    port,
    signalSessions: (signal) => signalDescendants(daemon.pid, signal),
    fingerprints,
    log: daemon.output,
    waitForLog: (pattern) => daemon.waitFor(pattern),
    close,
  }
}

function makeHostKey(type: KeyType, path: string): string {
  const result = spawnSync(requireProgram('dropbearkey'), ['-t', type, '-f', path], { encoding: 'utf8' })
  const fingerprint = /SHA256:[\w+/]+/.exec(result.stdout)?.[0]
  if (fingerprint === undefined) throw new Error(`dropbearkey failed: ${result.stderr}${result.stdout}`)
  return fingerprint
}
