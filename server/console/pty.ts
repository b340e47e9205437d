import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { abortedCause, causeOfSystemError } from './causes.ts'
import { findProgram } from './find-program.ts'
import { withNothingInherited } from './inheritable.ts'
import { endProcesses, type ProcessScope } from './process-group.ts'
import { openTerminal, type Terminal, within } from './pty-terminal.ts'
import { LinkError } from './transport.ts'

export interface PtyRequest {
  /** Program and arguments; no shell reads them. A name without a slash is looked up in `env.PATH`. */
  argv: readonly [string, ...string[]]
  /** The program's whole environment: nothing of the gateway's own is added. */
  env: Readonly<Record<string, string>>
  cwd: string
  /** `raw`: every byte passes both ways as it is. `cooked`: lines, echo and signals, as a shell expects them of a terminal. */
  mode: 'raw' | 'cooked'
  /** Who is ended with the program (default `group`). */
  scope?: ProcessScope
  /** The memory of these bytes is used again after the call. */
  data: (bytes: Uint8Array) => void
  /** What the program writes to its standard error, which is then a pipe and not the terminal. */
  complaints?: (bytes: Uint8Array) => void
  /** Once, after the last `data` and `complaints`, unless `close` was called first. */
  ended: (end: ProgramEnd) => void
  signal?: AbortSignal
}

/** How a program ended: with an exit code, or by a signal. */
export interface ProgramEnd {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A program that runs in a pseudo-terminal of its own, leader of its own session and process group. */
export interface Pty {
  readonly pid: number
  /** Unchanged and in order; false when the caller should wait for `drained`. */
  write(bytes: Uint8Array): boolean
  /** Resolves when the terminal has taken everything, or is closed. */
  drained(): Promise<void>
  /** Has the program wait where it prints, and go on. */
  pause(): void
  resume(): void
  /**
   * Sends `first` (SIGHUP) to the program and all that belongs to it, SIGKILL after `graceMs` (2000), and frees everything. No
   * event comes after the call. Never rejects.
   */
  close(how?: { first?: NodeJS.Signals; graceMs?: number }): Promise<void>
}

/** What a program printed last is still in the terminal when it ends; a descendant that keeps the terminal open must not hold us up. */
const lastWordsMs = 500
const killGraceMs = 2000

/**
 * Starts a program in a pty. Resolves when its terminal is set up and the program is about to run; rejects with LinkError
 * `program-missing`, `no-permission`, `timeout` (aborted) or `other`.
 */
export async function openPty(request: PtyRequest): Promise<Pty> {
  const program = findProgram(request.argv[0], request.env.PATH ?? '/usr/bin:/bin', request.cwd)
  if (request.signal?.aborted) throw new LinkError(abortedCause(program))
  const session = new PtySession(request, program)
  try {
    await session.ready
  } catch (error) {
    await session.close({ graceMs: 0 })
    throw error
  }
  return session
}

/**
 * The program's session leader starts as this script and becomes the program by exec. Opening the terminal makes it the
 * controlling one (setsid(2) alone leaves a process without), stty sets it up before the program can print, and the
 * one byte tells that from there on all output is the program's. The arguments are never read as shell text.
 */
const launcher = ({
  mode,
  complaints,
}: PtyRequest) => `exec 0<>"$1" 1>&0 ${complaints ? '' : '2>&0'} || exit 126
shift
PATH=/bin:/usr/bin:$PATH stty ${mode === 'raw' ? 'raw -echo -iexten' : 'sane'} || exit 126
printf '\\006'
exec "$@"`
const readyByte = 0x06

class PtySession implements Pty {
  readonly pid: number
  readonly ready: Promise<void>
  readonly #request: PtyRequest
  readonly #terminal: Terminal
  readonly #exited: Promise<ProgramEnd>
  readonly #complaints: Readable | null
  readonly #allSaid: Promise<void>
  #setUp = Promise.withResolvers<void>()
  #isReady = false
  #complaint = ''
  #ended = false
  #closing: Promise<void> | undefined

  constructor(request: PtyRequest, program: string) {
    this.#request = request
    this.ready = this.#setUp.promise
    this.#terminal = openTerminal((bytes) => this.#receive(bytes))
    const child = this.#launch(program)
    this.pid = child.pid ?? 0
    this.#exited = exitOf(child)
    this.#complaints = child.stderr
    child.stderr?.on('data', (bytes) => this.#complain(bytes))
    this.#allSaid =
      child.stderr === null ? Promise.resolve() : new Promise((said) => child.stderr?.once('close', said))
    child.once('error', (error) =>
      this.#setUp.reject(new LinkError(causeOfSystemError(error, request.cwd), { cause: error })),
    )
    request.signal?.addEventListener('abort', this.#abort)
    void this.#exited.then((end) => this.#finish(end))
  }

  write(bytes: Uint8Array): boolean {
    return this.#terminal.writer.write(bytes)
  }

  drained(): Promise<void> {
    return this.#terminal.writer.drained()
  }

  pause(): void {
    this.#terminal.pause()
  }

  resume(): void {
    this.#terminal.resume()
  }

  close(how: { first?: NodeJS.Signals; graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#ended ? Promise.resolve() : this.#end(how)
    return this.#closing
  }

  #launch(program: string): ChildProcess {
    const { argv, cwd, env, complaints } = this.#request
    const args = ['-c', launcher(this.#request), 'sh', this.#terminal.path, program, ...argv.slice(1)]
    try {
      // `detached` is setsid(2): a session and process group of its own.
      return withNothingInherited((nothing) => {
        const stdio = complaints ? nothing.with(2, 'pipe') : nothing
        return spawn('/bin/sh', args, { cwd, env, stdio, detached: true })
      })
    } catch (error) {
      this.#terminal.close()
      throw new LinkError(causeOfSystemError(error, program), { cause: error })
    }
  }

  #abort = (): void => this.#setUp.reject(new LinkError(abortedCause(this.#request.argv[0])))

  #receive(bytes: Uint8Array): void {
    if (this.#closing !== undefined) return
    if (this.#isReady) {
      this.#request.data(bytes)
      return
    }
    if (this.#complaint !== '' || bytes[0] !== readyByte) {
      this.#complaint += Buffer.from(bytes).toString('latin1').slice(0, 200)
      return
    }
    this.#isReady = true
    this.#terminal.launched()
    this.#request.signal?.removeEventListener('abort', this.#abort)
    this.#setUp.resolve()
    if (bytes.length > 1) this.#request.data(bytes.subarray(1))
  }

  #complain(bytes: Uint8Array): void {
    if (this.#closing === undefined) this.#request.complaints?.(bytes)
  }

  async #finish(end: ProgramEnd): Promise<void> {
    this.#terminal.launched()
    this.#terminal.resume()
    await Promise.all([this.#terminal.hungUp(lastWordsMs), within(this.#allSaid, lastWordsMs)])
    this.#complaints?.destroy()
    if (!this.#isReady) this.#setUp.reject(notSetUp(this.#complaint))
    if (this.#closing !== undefined || !this.#isReady) return
    await this.#endProcesses({})
    if (this.#closing !== undefined) return
    this.#ended = true
    this.#terminal.close()
    this.#request.ended(end)
  }

  async #end(how: { first?: NodeJS.Signals; graceMs?: number }): Promise<void> {
    this.#request.signal?.removeEventListener('abort', this.#abort)
    this.#terminal.resume()
    // The terminal is still read, so that a program that has something left to say is not stuck in write(2).
    await this.#endProcesses(how)
    this.#terminal.close()
    this.#complaints?.destroy()
    await within(this.#exited, lastWordsMs)
  }

  async #endProcesses(how: { first?: NodeJS.Signals; graceMs?: number }): Promise<void> {
    // Without a pid nothing was started, and kill(2) of 0 would be our own process group.
    if (this.pid === 0) return
    const { first = 'SIGHUP', graceMs = killGraceMs } = how
    await endProcesses({ leader: this.pid, scope: this.#request.scope ?? 'group', first, graceMs })
  }
}

const notSetUp = (complaint: string): LinkError =>
  new LinkError({
    code: 'other',
    message: `The terminal for the program could not be set up: ${complaint.trim() || 'its launcher ended'}.`,
  })

function exitOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
}
