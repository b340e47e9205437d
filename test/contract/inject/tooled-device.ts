import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Runner } from '../../../server/inject/runner.ts'
import { requireProgram } from '../../lab/process.ts'

/** An account of the name root in a folder of its own, with tools that do what a test wants: found before the real ones. */
export interface TooledDevice {
  folder: string
  /** Its authorized_keys; the folder is there. */
  file: string
  runner: Runner
  tool(name: string, script: string): void
  close(): void
}

export function tooledDevice(shell: string): TooledDevice {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-tooled-'))
  chmodSync(folder, 0o755)
  const home = join(folder, 'home')
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  const tool = (name: string, script: string) => {
    writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(tools, name), 0o755)
  }
  tool('getent', `echo "root:x:$(id -u):$(id -g)::${home}:/bin/sh"`)
  tool('sshd', 'echo authorizedkeysfile .ssh/authorized_keys')
  return {
    folder,
    file: join(home, '.ssh/authorized_keys'),
    tool,
    runner: {
      run({ common, text }) {
        const env = { PATH: `${tools}:${process.env.PATH}` }
        const input = `${common}\n${text}`
        const { stdout } = spawnSync(requireProgram(shell), [], { input, encoding: 'latin1', env })
        return Promise.resolve(stdout)
      },
    },
    close: () => rmSync(folder, { recursive: true }),
  }
}
