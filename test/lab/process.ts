import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface OwnedProcess {
  pid: number
  /** Everything the program has written to its standard output and error so far. */
  output: () => string
  /** Resolves once the output matches; rejects, quoting the output, when the program ends or `timeoutMs` passes first. */
  waitFor: (pattern: RegExp, timeoutMs?: number) => Promise<RegExpMatchArray>
  /** Types on its standard input. */
  write: (bytes: string | Uint8Array) => void
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** SIGTERM (or `endSignal`), SIGKILL after 3 s; resolves when the program is gone. */
  close: () => Promise<void>
}

export interface ProcessOptions {
  command: string
  args: string[]
  cwd?: string
  env?: NodeJS.ProcessEnv
  endSignal?: NodeJS.Signals
}

/** Starts a program that the caller owns. Its standard input stays open until it ends (ipmi_sim stops without one). */
export async function startProcess(options: ProcessOptions): Promise<OwnedProcess> {
  const { command, args, cwd, env = process.env, endSignal = 'SIGTERM' } = options
  const [program, ...rest] = leashed([requireProgram(command), ...args])
  const child = spawn(program, rest, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  // What is typed to a program that is gone is lost, as on any line; that it is gone is told by `exited`.
  child.stdin.on('error', () => undefined)
  const exited = exitOf(child)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const transcript = recordOutput(child)
  return {
    pid: child.pid ?? 0,
    output: transcript.text,
    waitFor: (pattern, timeoutMs = 30_000) => transcript.waitFor({ pattern, timeoutMs, command }),
    write: (bytes) => void child.stdin.write(bytes),
    exited,
    close: () => stop({ child, exited, endSignal }),
  }
}

type CommandLine = [program: string, ...args: string[]]

/** On Linux the kernel ends the program when we are killed and cannot: prctl(2), PR_SET_PDEATHSIG. */
function leashed(line: CommandLine): CommandLine {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined
  return setpriv === undefined ? line : [setpriv, '--pdeathsig', 'TERM', ...line]
}

/** Which Debian package brings which program: what a fresh machine lacks is told by name. */
const packageOf: Record<string, string> = {
  debootstrap: 'debootstrap',
  dropbear: 'dropbear-bin',
  dropbearkey: 'dropbear-bin',
  ipmi_sim: 'openipmi',
  ipmitool: 'ipmitool',
  mke2fs: 'e2fsprogs',
  'qemu-img': 'qemu-utils',
  'qemu-system-x86_64': 'qemu-system-x86',
  ser2net: 'ser2net',
  socat: 'socat',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
}

/** Path of a program, also in the sbin folders that a person's PATH may lack. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

export function requireProgram(command: string): string {
  const path = command.includes('/') ? command : findProgram(command)
  if (path !== undefined && existsSync(path)) return path
  const debian = packageOf[command]
  const remedy = debian === undefined ? 'Install it' : `On Debian: apt-get install ${debian}`
  throw new Error(`The lab needs the program "${command}", which is not on this machine. ${remedy}.`)
}

function exitOf(child: ChildProcess): OwnedProcess['exited'] {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
}

function recordOutput(child: ChildProcess) {
  let text = ''
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of [...listeners]) listener()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      changed()
    })
  }
  child.once('close', changed)

  const waitFor = ({
    pattern,
    timeoutMs,
    command,
  }: {
    pattern: RegExp
    timeoutMs: number
    command: string
  }) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const settle = (finish: () => void) => {
        listeners.delete(look)
        clearTimeout(timer)
        finish()
      }
      const fail = (what: string) =>
        settle(() =>
          reject(new Error(`${command} ${what} before it said ${pattern}. It said: ${text || '(nothing)'}`)),
        )
      const look = () => {
        const match = text.match(pattern)
        if (match !== null) settle(() => resolve(match))
        else if (child.exitCode !== null || child.signalCode !== null) fail('ended')
      }
      const timer = setTimeout(() => fail(`was given ${timeoutMs} ms which passed`), timeoutMs)
      listeners.add(look)
      look()
    })
  return { text: () => text, waitFor }
}

interface Ending {
  child: ChildProcess
  exited: Promise<unknown>
  endSignal: NodeJS.Signals
}

async function stop({ child, exited, endSignal }: Ending): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(endSignal)
  const killer = setTimeout(() => child.kill('SIGKILL'), 3000)
  await exited
  clearTimeout(killer)
}
