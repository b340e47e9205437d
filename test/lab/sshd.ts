import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, waitForTcp } from './ports.ts'
import { requireProgram, startProcess } from './process.ts'
import { type KeyType, makeKey } from './ssh-keys.ts'

export interface SshServer {
  host: string
  port: number
  /** Sends a signal to every process that serves a login: SIGKILL for a server that dies, SIGSTOP for one that hangs. */
  signalSessions: (signal: NodeJS.Signals) => void
  /** Of each host key, as `ssh-keygen -lf` prints it. */
  fingerprints: Partial<Record<KeyType, string>>
  /** What it has logged so far. */
  log: () => string
  waitForLog: (pattern: RegExp) => Promise<unknown>
  close: () => Promise<void>
}

export interface SshdOptions {
  /** What every login runs, through its account's shell; without it the account's shell itself. */
  command?: string
  hostKeys?: KeyType[]
  /** The one public key that may log in. */
  authorizedKey?: string
  /** More lines for sshd_config(5). Of several with one keyword, sshd takes the first; these come first. */
  config?: string[]
  port?: number
}

/** OpenSSH's sshd on loopback with a configuration of its own. It logs in DEBUG, so that a test can see what it was asked. */
export async function startSshd(options: SshdOptions = {}): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-sshd-'))
  await chmod(folder, 0o711)
  const port = options.port ?? (await freePort())
  const types = options.hostKeys ?? ['ed25519']
  const keys = await Promise.all(types.map((type) => makeKey({ path: join(folder, `host_${type}`), type })))
  await writeFile(join(folder, 'authorized_keys'), `${options.authorizedKey ?? ''}\n`, { mode: 0o644 })
  await writeFile(join(folder, 'sshd_config'), configuration(options, { folder, port, types }))
  // sshd's empty folder for its unprivileged half; Debian's service makes it at boot.
  await mkdir('/run/sshd', { recursive: true })
  const command = requireProgram('sshd')
  const daemon = await startProcess({ command, args: ['-D', '-e', '-f', join(folder, 'sshd_config')] })
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
    fingerprints: Object.fromEntries(types.map((type, index) => [type, keys[index]?.fingerprint])),
    log: daemon.output,
    waitForLog: (pattern) => daemon.waitFor(pattern),
    close,
  }
}

/** The processes that the daemon forked, and those that these did. */
export function signalDescendants(pid: number, signal: NodeJS.Signals): void {
  for (const child of childrenOf(pid)) {
    // What runs in the login first: it would take its parent's end for its own.
    signalDescendants(child, signal)
    try {
      process.kill(child, signal)
    } catch {
      // It has ended by itself.
    }
  }
}

function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return list.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function configuration(
  options: SshdOptions,
  { folder, port, types }: { folder: string; port: number; types: KeyType[] },
): string {
  return [
    ...(options.config ?? []),
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    ...types.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'PidFile none',
    'UsePAM yes',
    'PasswordAuthentication yes',
    'KbdInteractiveAuthentication yes',
    'PrintMotd no',
    'PrintLastLog no',
    'UseDNS no',
    'LogLevel DEBUG1',
    'MaxStartups 100',
    ...(options.command === undefined ? [] : [`ForceCommand ${options.command}`]),
    '',
  ].join('\n')
}
