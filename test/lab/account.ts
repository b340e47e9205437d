import { spawnSync } from 'node:child_process'
import { appendFile, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireProgram } from './process.ts'

/** A real account of this machine: password and keyboard-interactive logins of sshd and dropbear need one. */
export interface LabAccount {
  user: string
  password: string
  home: string
  /** Lets a public key in (dropbear reads nothing but the home folder). Returns what takes it out again. */
  authorize: (publicKey: string) => Promise<() => Promise<void>>
}

const password = 'lab-account-password'

/** Whether this machine lets us make one. */
export function accountsCanBeMade(): boolean {
  return process.getuid?.() === 0
}

/** The lab's account, made when it is missing. It stays: test files run side by side and share it, but for those that name their own. */
export async function labAccount(user = 'lifeline-lab'): Promise<LabAccount> {
  const home = `/var/lib/${user}`
  if (spawnSync('id', [user]).status !== 0) {
    run('useradd', ['--system', '--create-home', '--home-dir', home, '--shell', '/bin/sh', user])
  }
  run('chpasswd', [], `${user}:${password}\n`)
  const ids = spawnSync('id', ['-u', user], { encoding: 'utf8' })
  const uid = Number(ids.stdout)
  const folder = join(home, '.ssh')
  const file = join(folder, 'authorized_keys')
  const authorize = async (publicKey: string) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await appendFile(file, `${publicKey.trim()}\n`, { mode: 0o600 })
    await Promise.all([folder, file].map((path) => chown(path, uid, uid)))
    return async () => {
      const lines = (await readFile(file, 'utf8')).split('\n')
      await writeFile(file, lines.filter((line) => line !== publicKey.trim()).join('\n'))
    }
  }
  return { user, password, home, authorize }
}

function run(command: string, args: string[], input = ''): void {
  const result = spawnSync(requireProgram(command), args, { input, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`${command} failed: ${result.stderr || result.error}`)
}
