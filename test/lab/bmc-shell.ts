import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface BmcShell {
  /** For sshd's ForceCommand. */
  command: string
  close: () => Promise<void>
}

export interface BmcShellOptions {
  greeting: string
  prompt: string
  /** What each command answers; `joins` then hands the terminal to that program. */
  commands: { line: string; says: string; joins?: string }[]
}

/** The command line that a BMC shows after an SSH login, as far as it takes to get to the console. Reads lines from a terminal as people have it. */
export async function makeBmcShell({ greeting, prompt, commands }: BmcShellOptions): Promise<BmcShell> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-bmc-shell-'))
  const path = join(folder, 'shell')
  const cases = commands.map(({ line, says, joins }) => {
    const join = joins === undefined ? '' : `stty raw -echo; ${joins}; `
    return `    ${quote(line)}) printf '%s' ${quote(says)}; ${join};;\n`.replace('; ;;', ' ;;')
  })
  const script = `#!/bin/sh
printf '%s' ${quote(greeting)}
while printf '%s' ${quote(prompt)} && IFS= read -r line; do
  case "$line" in
${cases.join('')}    exit) exit 0 ;;
    *) printf 'Invalid command.\\r\\n' ;;
  esac
done
`
  await writeFile(path, script, { mode: 0o755 })
  await chmod(folder, 0o711)
  return { command: `exec ${path}`, close: () => rm(folder, { recursive: true, force: true }) }
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
