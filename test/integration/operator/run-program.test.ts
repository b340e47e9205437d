import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type ProgramOutcome, Programs } from '../../../server/operator/program.ts'
import { QuietShell } from '../../../server/operator/quiet-shell.ts'
import { type DeskOptions, openShell, type ShellDesk, shells } from './shell-desk.ts'

const desks: ShellDesk[] = []
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close()
})

async function desk(argv: [string, ...string[]], prompt: RegExp, options?: DeskOptions): Promise<ShellDesk> {
  const opened = await openShell(argv, options)
  desks.push(opened)
  await opened.sees(prompt)
  return opened
}

async function run(shell: ShellDesk, text: string): Promise<ProgramOutcome> {
  const quiet = await QuietShell.start(shell.typist)
  const outcome = await new Programs(quiet, shell.typist).run({ text, workMs: 5000 })
  expect(await quiet.end()).toBe(true)
  quiet.release()
  return outcome
}

/** Everything that a line, a quotation or a shell could take amiss. */
const tricky = `# a comment with 'one quote
printf '%s\\n' 'single $HOME \`id\` "x"' "double \\$ \\" \\\\ !" # ;
x="  blanks   kept  "

  echo "[$x]" >&2
for n in 1 2 3; do printf 'line %s %s\\n' $n ${'y'.repeat(90)}; done
cat <<'EOF'
  <1f2e=1=2=> (a frame that is none) [*] ? ~ ^
EOF
printf 'no end\\t\\303\\251'
exit 7
`
const printed = `single $HOME \`id\` "x"
double $ " \\ !
[  blanks   kept  ]
${[1, 2, 3].map((n) => `line ${n} ${'y'.repeat(90)}\n`).join('')}  <1f2e=1=2=> (a frame that is none) [*] ? ~ ^
no end\té`

test.each(shells)(
  '%s runs a program and gives back what it printed',
  async (_, argv, prompt) => {
    const shell = await desk(argv, prompt)
    const outcome = await run(shell, tricky)
    expect(outcome.output.toString()).toBe(printed)
    expect(outcome.status).toBe(7)
    const lengths = Buffer.from(shell.typed)
      .toString()
      .split('\r')
      .map((line) => line.length + 1)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(200)
    expect(lengths.filter((length) => length > 150)).toHaveLength(1)
    await shell.cleaner.type(Buffer.from("echo still''here\r"))
    await shell.sees(/still''here[\s\S]*stillhere/)
  },
  30_000,
)

test.each([
  ['BusyBox ash', '/bin/busybox'],
  ['bash', '/bin/bash'],
  ['mksh', '/bin/mksh'],
  ['zsh', '/bin/zsh'],
])(
  '%s as sh does the same',
  async (_, program) => {
    const shell = await desk(['/bin/dash', '-i'], /\$ $/)
    await symlink(program, join(shell.folder, 'sh'))
    await shell.typist.type(Buffer.from('PATH=$HOME:$PATH\r'))
    const outcome = await run(shell, tricky)
    expect(outcome).toEqual({ output: Buffer.from(printed), status: 7 })
  },
  30_000,
)
