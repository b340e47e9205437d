import type { Cause } from '../../contract/line.ts'
import { abortedCause } from '../causes.ts'
import { inWords } from '../program-end.ts'
import { openPty, type ProgramEnd, type Pty } from '../pty.ts'
import { LinkError } from '../transport.ts'
import { EscapeCodec } from './escape.ts'
import { type IpmiAccess, ipmitoolArgv, ipmitoolEnvironment } from './ipmitool.ts'
import { PrintedBySol } from './printed.ts'
import { causeOfWords } from './words.ts'

export interface SolRequest {
  access: IpmiAccess
  /** `host:port` as people know it. */
  target: string
  data: (bytes: Uint8Array) => void
  /** Once, after the console was there, unless `end` was called first. */
  ended: (cause: Cause) => void
  signal: AbortSignal
}

/** ipmitool may take this long to give the console back; its answer from the BMC may be late or lost. */
const releaseMs = 3000
const mostComplaints = 16 * 1024

/** One running `ipmitool sol activate`. */
export class SolSession {
  readonly printed = new PrintedBySol()
  readonly #request: SolRequest
  readonly #operational = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<ProgramEnd>()
  #pty: Pty | undefined
  #complaints = Buffer.alloc(0)
  #begun = false
  #over = false
  #ending: Promise<boolean> | undefined

  constructor(request: SolRequest) {
    this.#request = request
  }

  get pty(): Pty | undefined {
    return this.#over ? undefined : this.#pty
  }

  /** Resolves when the console is there. Rejects with LinkError, and then nothing is left of it. */
  async start(): Promise<void> {
    const { access, signal, target } = this.#request
    const abort = () => this.#operational.reject(new LinkError(abortedCause(target)))
    signal.addEventListener('abort', abort)
    // It may fail while nobody waits for it yet.
    this.#operational.promise.catch(() => {})
    try {
      this.#pty = await openPty({
        argv: [...ipmitoolArgv(access), '-e', EscapeCodec.argument, 'sol', 'activate'],
        env: ipmitoolEnvironment(access),
        cwd: '/',
        mode: 'raw',
        data: (bytes) => this.#receive(bytes),
        complaints: (bytes) => {
          this.#complaints = Buffer.concat([this.#complaints, bytes]).subarray(-mostComplaints)
        },
        ended: (end) => this.#finish(end),
        signal,
      })
      await this.#operational.promise
    } catch (error) {
      await this.end()
      throw error instanceof LinkError && error.reason.code === 'program-missing'
        ? ipmitoolMissing(error)
        : error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Gives the console back and frees everything, within 5 s. Says whether the BMC was told, as far as ipmitool knows. */
  end(): Promise<boolean> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<boolean> {
    const pty = this.#pty
    if (pty === undefined) return true
    if (this.#over) return false
    interrupt(pty.pid)
    const late = Promise.withResolvers<undefined>()
    const timer = setTimeout(late.resolve, releaseMs)
    const end = await Promise.race([this.#ended.promise, late.promise])
    clearTimeout(timer)
    await pty.close({ first: 'SIGKILL', graceMs: 0 })
    return end?.code === interruptedCode
  }

  #receive(bytes: Uint8Array): void {
    const printed = this.printed.receive(bytes)
    if (this.printed.operational && !this.#begun) {
      this.#begun = true
      // What it said on the way is no reason for what may happen now.
      this.#complaints = Buffer.alloc(0)
      this.#operational.resolve()
    }
    if (printed.length > 0 && this.#ending === undefined) this.#request.data(printed)
  }

  #finish(end: ProgramEnd): void {
    this.#over = true
    this.#ended.resolve(end)
    const cause = this.#causeOf(end)
    this.#operational.reject(new LinkError(cause))
    if (!this.#begun || this.#ending !== undefined) return
    const rest = this.printed.rest()
    if (rest.length > 0) this.#request.data(rest)
    this.#request.ended(cause)
  }

  #causeOf(end: ProgramEnd): Cause {
    const { target } = this.#request
    if (end.signal === null) return causeOfWords(this.#complaints, target)
    return { code: 'program-ended', message: `ipmitool for ${target} ${inWords(end)}` }
  }
}

/** What ipmitool ends with when it closed its session because of SIGINT. */
const interruptedCode = 255

function interrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    // It has just ended by itself.
  }
}

function ipmitoolMissing(error: LinkError): LinkError {
  const message =
    'The program ipmitool is not on the gateway. Install the package ipmitool (apt install ipmitool).'
  return new LinkError({ code: 'program-missing', message }, { cause: error })
}
