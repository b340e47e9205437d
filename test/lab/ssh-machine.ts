import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GettyPort, startGettyPort } from './getty-port.ts'
import { freePort, waitForTcp } from './ports.ts'
import { requireProgram } from './process.ts'
import { makeKey } from './ssh-keys.ts'

/** A getty's machine whose sshd lets root in: accounts are its own, and a new password of root is nobody else's. */
export interface SshMachine {
  console: GettyPort
  sshPort: number
  /** Of its host key, as `ssh-keygen -lf` prints it. */
  fingerprint: string
  /** What sshd has logged so far. */
  sshLog(): string
  close(): Promise<void>
}

export interface SshMachineOptions {
  password: string
  /** May log in as root. */
  authorizedKey?: string
  /** Whether a password lets root in over SSH. */
  permitRootLogin?: 'yes' | 'prohibit-password'
  /** Run with sh in the machine before it starts; `$M` is a folder of its own. */
  prepare?: string
}

export async function startSshMachine(options: SshMachineOptions): Promise<SshMachine> {
  const { password, authorizedKey = '', permitRootLogin = 'yes', prepare = '' } = options
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-ssh-machine-'))
  await chmod(folder, 0o711)
  const sshPort = await freePort()
  const host = await makeKey({ path: join(folder, 'host'), type: 'ed25519' })
  await writeFile(join(folder, 'keys'), `${authorizedKey}\n`, { mode: 0o644 })
  const config = [
    'ListenAddress 127.0.0.1',
    `Port ${sshPort}`,
    `HostKey ${host.path}`,
    `AuthorizedKeysFile ${join(folder, 'keys')}`,
    `PermitRootLogin ${permitRootLogin}`,
    'StrictModes no',
    'PidFile none',
    'UsePAM yes',
    'UseDNS no',
    'LogLevel DEBUG1',
    '',
  ]
  await writeFile(join(folder, 'sshd_config'), config.join('\n'))
  const sshd = `${requireProgram('sshd')} -f ${folder}/sshd_config -E ${folder}/log`
  const known = `mkdir /run/sshd; cp ${host.path}.pub /etc/ssh/ssh_host_ed25519_key.pub`
  const console = await startGettyPort({ password, prepare: `${known}\n${prepare}\n${sshd}` })
  await waitForTcp(sshPort)
  return {
    console,
    sshPort,
    fingerprint: host.fingerprint,
    sshLog: () => readFileSync(join(folder, 'log'), 'utf8'),
    async close() {
      await console.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
