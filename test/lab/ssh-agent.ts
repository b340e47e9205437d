import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireProgram, startProcess } from './process.ts'
import type { KeyFile } from './ssh-keys.ts'

/** OpenSSH's ssh-agent, with a socket of its own. */
export interface LabAgent {
  /** SSH_AUTH_SOCK. */
  path: string
  /** `options` as of ssh-add: -c, -h HOST. */
  add(key: KeyFile, ...options: string[]): void
  lock(password: string): void
  unlock(password: string): void
  kill(): Promise<void>
  close(): Promise<void>
}

/** What it asks (ssh-add -c) is answered with `confirms`. */
export async function startAgent({ confirms = true } = {}): Promise<LabAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-agent-'))
  const path = join(folder, 'socket')
  const askpass = join(folder, 'askpass')
  await writeFile(askpass, `#!/bin/sh\nexit ${confirms ? 0 : 1}\n`)
  await chmod(askpass, 0o755)
  const env = { ...process.env, SSH_ASKPASS: askpass, DISPLAY: ':0', SSH_AUTH_SOCK: path }
  const agent = await startProcess({ command: requireProgram('ssh-agent'), args: ['-D', '-a', path], env })
  await agent.waitFor(/SSH_AUTH_SOCK/)
  const sshAdd = (args: string[], input = '') => {
    const { status, stderr } = spawnSync(requireProgram('ssh-add'), args, { env, input, encoding: 'utf8' })
    if (status !== 0) throw new Error(`ssh-add failed: ${stderr}`)
  }
  // The password is asked for on a terminal or by a program: its answer is what it prints.
  const withPassword = (flag: string, password: string) => {
    const tell = join(folder, 'tell')
    const script = `cat > ${tell}; chmod 755 ${tell}; SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=${tell} ssh-add ${flag}`
    const input = `#!/bin/sh\necho '${password}'\n`
    const { status, stderr } = spawnSync('/bin/sh', ['-c', script], { env, input, encoding: 'utf8' })
    if (status !== 0) throw new Error(`ssh-add ${flag} failed: ${stderr}`)
  }
  return {
    path,
    add: (key, ...options) => sshAdd(['-q', ...options, key.path]),
    lock: (password) => withPassword('-x', password),
    unlock: (password) => withPassword('-X', password),
    kill: () => agent.close(),
    async close() {
      await agent.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
