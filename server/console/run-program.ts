import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { abortedCause, causeOfSystemError } from './causes.ts'
import { findProgram } from './find-program.ts'
import { withNothingInherited } from './inheritable.ts'
import { endProcesses } from './process-group.ts'
import type { ProgramEnd } from './pty.ts'
import { LinkError } from './transport.ts'

export interface ProgramRun {
  /** As openPty takes it. */
  argv: readonly [string, ...string[]]
  env: Readonly<Record<string, string>>
  /** Ends the program and all of its process group. */
  signal: AbortSignal
}

/** What a program did. Of each text at most 64 KiB is kept, the rest is read and dropped. */
export interface Ran extends ProgramEnd {
  printed: string
  complaints: string
}

const mostText = 64 * 1024
const endGraceMs = 2000

/**
 * Runs a program without a terminal to its end. Rejects with LinkError `program-missing` or `no-permission` when it cannot be started,
 * and `timeout` when `signal` ended it.
 */
export async function runProgram({ argv, env, signal }: ProgramRun): Promise<Ran> {
  const program = findProgram(argv[0], env.PATH ?? '/usr/bin:/bin', '/')
  if (signal.aborted) throw new LinkError(abortedCause(argv[0]))
  const child = withNothingInherited((nothing) =>
    // `detached` is setsid(2): a process group of its own, so that what it starts can be ended with it.
    spawn(program, argv.slice(1), {
      cwd: '/',
      env,
      stdio: nothing.with(1, 'pipe').with(2, 'pipe'),
      detached: true,
    }),
  )
  const stop = () => void endGroup(child.pid)
  signal.addEventListener('abort', stop)
  try {
    const [end, printed, complaints] = await Promise.all([
      endOf(child, program),
      textOf(child.stdout),
      textOf(child.stderr),
    ])
    if (signal.aborted) throw new LinkError(abortedCause(argv[0]))
    return { ...end, printed, complaints }
  } finally {
    signal.removeEventListener('abort', stop)
    await endGroup(child.pid)
  }
}

function endOf(child: ReturnType<typeof spawn>, program: string): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new LinkError(causeOfSystemError(error, program), { cause: error })),
    )
    // Its pipes too: a descendant that keeps them open holds us up until the signal ends it.
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

/** Without a pid nothing was started, and kill(2) of 0 would be our own process group. */
async function endGroup(pid: number | undefined): Promise<void> {
  if (pid === undefined) return
  await endProcesses({ leader: pid, scope: 'group', first: 'SIGINT', graceMs: endGraceMs })
}

function textOf(stream: Readable | null): Promise<string> {
  const pieces: Buffer[] = []
  let left = mostText
  stream?.on('data', (bytes: Buffer) => {
    if (left > 0) pieces.push(bytes.subarray(0, left))
    left -= bytes.length
  })
  return new Promise((resolve) => {
    if (stream === null) resolve('')
    stream?.once('close', () => resolve(Buffer.concat(pieces).toString('utf8')))
  })
}
