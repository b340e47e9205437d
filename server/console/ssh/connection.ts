import { createHash } from 'node:crypto'
import ssh2, { type AnyAuthMethod, type Client, type ParsedKey } from 'ssh2'
import type { Clock } from '../../base/clock.ts'
import type { Secret } from '../../base/secret.ts'
import type { Cause } from '../../contract/line.ts'
import { abortedCause } from '../causes.ts'
import { LinkError } from '../transport.ts'
import type { AgentCredential } from './agent.ts'
import { AgentLogin } from './agent-login.ts'
import type { Algorithms } from './algorithms.ts'
import { AuthWay, type Prompt } from './auth.ts'
import { causeOfClose, causeOfFailure, type FailureSetting } from './failure.ts'
import type { RemoteOffer } from './hello.ts'
import { hostSignature, refuseGlobalRequests, type SessionProof, sessionId } from './internals.ts'
import { pingEveryMs, Wire } from './wire.ts'

export interface ConnectionOptions {
  address: string
  port: number
  /** `host:port` as the device has it, for messages. */
  target: string
  username: string
  key: ParsedKey | undefined
  password: Secret | undefined
  /** Keys of an agent, instead of `key`. */
  agent?: AgentCredential | undefined
  /** Instead of a login: keys about which the far end is only asked. */
  questions?: { next(): ParsedKey | undefined }
  algorithms: Algorithms
  /** Whether RSA signatures with SHA-1 may be made (RFC 8332 has their successors). */
  allowSha1: boolean
  /** Decides on the host key, before any credential is sent. */
  trusts(fingerprint: string): boolean
  clock: Clock
  signal: AbortSignal
}

export type LoginOutcome =
  | { kind: 'in' }
  /** The host key is not the trusted one. The connection is closed; nothing but the host key exchange took place. */
  | { kind: 'stranger'; fingerprint: string; offer: RemoteOffer | undefined }
  /** All questions were put. The connection is closed. */
  | { kind: 'asked' }

/** How long the far end may take to close after it was asked to. */
const farewellMs = 2000

/** One SSH connection: logged in at most once, ended exactly once. */
export class SshConnection {
  /** Resolves with the cause when the connection has ended, whoever ended it, and everything is freed. */
  readonly ended: Promise<Cause>
  readonly #options: ConnectionOptions
  readonly #wire: Wire
  readonly #way: AuthWay
  readonly #client: Client
  readonly #agent: AgentLogin | undefined
  #loggedIn = false
  #gavePassword = false
  #cause: Cause | undefined
  #stranger: string | undefined
  #signature: ReturnType<typeof hostSignature>
  #refusedSha1 = false
  #asked = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { key, password, agent } = options
    this.#way = new AuthWay({ key: (key ?? agent) !== undefined, password: password !== undefined })
    this.#wire = new Wire({ ...options, fault: (cause) => this.#end(cause) })
    const client = new ssh2.Client()
    this.#client = client
    this.#agent = agent && new AgentLogin({ ...options, ...agent, proof: () => this.#proof() })
    this.#client.on('error', (error) => this.#failed(error))
    this.#client.on('ready', () => this.#entered())
    this.#client.on('change password', () => this.#end(passwordExpired(options.target, options.username)))
    this.#client.on('close', () => this.#end(causeOfClose(this.#setting)))
    this.ended = this.#wire.closed.then(() => {
      options.signal.removeEventListener('abort', this.#abort)
      return this.#cause ?? causeOfClose(this.#setting)
    })
  }

  /** Rejects with LinkError. Whatever the outcome but `in`, everything is freed when it comes. */
  async login(): Promise<LoginOutcome> {
    const { signal } = this.#options
    signal.addEventListener('abort', this.#abort, { once: true })
    if (signal.aborted) this.#abort()
    const ready = new Promise<'ready'>((resolve) => this.#client.once('ready', () => resolve('ready')))
    this.#connect()
    const first = await Promise.race([ready, this.#wire.closed])
    if (this.#stranger !== undefined) {
      return { kind: 'stranger', fingerprint: this.#stranger, offer: this.#wire.hello.offer }
    }
    if (this.#asked) return { kind: 'asked' }
    if (first !== 'ready' || this.#cause !== undefined) throw new LinkError(await this.ended)
    return { kind: 'in' }
  }

  /** What `work` gives. Rejects with LinkError when the connection ends before, or in the same turn. */
  async outlives<T>(work: Promise<T>): Promise<T> {
    const ended = this.ended.then((cause) => Promise.reject(new LinkError(cause)))
    try {
      return await Promise.race([work, ended])
    } finally {
      // Work that failed because the connection ended may be heard first; what ended it is the cause.
      this.#mustStand()
    }
  }

  /** The link is up: the signal that bounded the way there means nothing any more. Throws LinkError when the end came first. */
  handOver(): void {
    this.#mustStand()
    this.#options.signal.removeEventListener('abort', this.#abort)
  }

  /** The password was asked for, and the login came about. */
  get byPassword(): boolean {
    return this.#loggedIn && this.#gavePassword
  }

  /** Fingerprint of the agent's key that the login came about with. */
  get agentKey(): string | undefined {
    return this.#loggedIn && !this.#gavePassword ? this.#agent?.signed : undefined
  }

  get client(): Client {
    return this.#client
  }

  /** Bytes handed over that the operating system has not taken yet. */
  get unsent(): number {
    return this.#wire.socket.writableLength
  }

  /** Resolves when the operating system has taken everything handed over so far, or never will. */
  async flushed(): Promise<void> {
    const { socket } = this.#wire
    if (socket.writableLength === 0 || !socket.writable) return
    const taken = new Promise<void>((resolve) => socket.write(Buffer.alloc(0), () => resolve()))
    await Promise.race([taken, this.#wire.closed])
  }

  /** Says farewell and frees everything within two seconds. `ended` then has `cause`. */
  async close(cause?: Cause): Promise<void> {
    this.#cause ??= cause ?? causeOfClose(this.#setting)
    const { socket } = this.#wire
    const timer = this.#options.clock.after(farewellMs, () => socket.destroy())
    try {
      this.#client.end()
    } catch {
      // The library throws when the protocol is over already.
      socket.destroy()
    }
    if (socket.connecting) socket.destroy()
    await this.#wire.closed
    timer.cancel()
  }

  #connect(): void {
    const { username, algorithms } = this.#options
    this.#client.connect({
      sock: this.#wire.socket,
      username,
      algorithms: { ...algorithms, compress: ['none'] },
      hostVerifier: (key: Buffer) => this.#meets(key),
      authHandler: (accepted, _partial, next) => {
        const method = this.#nextMethod(accepted)
        if (method !== undefined) next(method)
      },
      readyTimeout: 0,
      keepaliveInterval: pingEveryMs,
      // The wire judges silence by all that comes, not by answers alone: on a slow line those queue behind output.
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    })
  }

  #meets(key: Buffer): boolean {
    const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
    // That of the first key exchange is over the identifier of the session.
    this.#signature ??= hostSignature(this.#client)
    if (this.#options.trusts(fingerprint)) return true
    this.#stranger = fingerprint
    return false
  }

  #proof(): SessionProof | undefined {
    const id = sessionId(this.#client)
    return this.#signature && id && { ...this.#signature, sessionId: id }
  }

  #nextMethod(accepted: readonly string[] | null): AnyAuthMethod | undefined {
    const { username, key, password, target, questions } = this.#options
    if (questions !== undefined) return this.#nextQuestion(questions.next())
    const method = this.#way.next(accepted)
    if (method === 'none') return { type: 'none', username }
    if (method === 'publickey' && this.#agent !== undefined) {
      return { type: 'agent', username, agent: this.#agent }
    }
    if (method === 'publickey' && key !== undefined) {
      return { type: 'publickey', username, key: this.#options.allowSha1 ? key : this.#withoutSha1(key) }
    }
    if (method === 'keyboard-interactive') {
      return {
        type: method,
        username,
        prompt: (_name, _text, _lang, prompts, finish) => this.#answer(prompts, finish),
      }
    }
    if (method === 'password' && password !== undefined) {
      this.#gavePassword = true
      return { type: 'password', username, password: password.reveal() }
    }
    this.#end(this.#whyNot(target, username))
    return undefined
  }

  #whyNot(target: string, username: string): Cause {
    if (this.#refusedSha1) return onlySha1(target)
    // Where a password was wrong as well, that is what can be told apart.
    if (this.#agent !== undefined && !this.#gavePassword) return this.#agent.cause()
    return this.#way.cause(target, username)
  }

  #nextQuestion(key: ParsedKey | undefined): AnyAuthMethod | undefined {
    if (key !== undefined) return { type: 'publickey', username: this.#options.username, key }
    this.#asked = true
    this.#end(causeOfClose(this.#setting))
    return undefined
  }

  #answer(prompts: Prompt[], finish: (answers: string[]) => void): void {
    const { password, target } = this.#options
    const answer = this.#way.answer(prompts)
    if (answer === 'nothing') finish([])
    else if (answer === 'password' && password !== undefined) {
      this.#gavePassword = true
      finish([password.reveal()])
    } else this.#end(otherQuestions(target))
  }

  #withoutSha1(key: ParsedKey): ParsedKey {
    const sign = (data: Buffer | string, algorithm?: string) => {
      if (algorithm !== 'sha1' && key.type !== 'ssh-dss') return key.sign(data, algorithm)
      this.#refusedSha1 = true
      // The library takes an Error for "cannot", and goes on with the next method.
      return new Error('No signature with SHA-1.')
    }
    return Object.assign(Object.create(key), { sign })
  }

  get #setting(): FailureSetting {
    const { target, algorithms } = this.#options
    return { target, algorithms, hello: this.#wire.hello, loggedIn: this.#loggedIn }
  }

  #entered(): void {
    this.#loggedIn = true
    this.#agent?.close()
    refuseGlobalRequests(this.#client)
    this.#wire.loggedIn()
  }

  #mustStand(): void {
    if (this.#cause !== undefined) throw new LinkError(this.#cause)
  }

  readonly #abort = () => this.#end(abortedCause(this.#options.target))

  #failed(error: Error & { level?: string }): void {
    // One method or key failed, not the connection.
    if (error.level === 'client-authentication' || error.level === 'agent') return
    const tooMany = !this.#loggedIn && /too many authentication/i.test(error.message)
    if (this.#agent !== undefined && !this.#gavePassword && tooMany) this.#end(this.#agent.cause(true))
    if (this.#loggedIn && this.#stranger !== undefined) this.#end(otherKeyAmid(this.#options.target))
    this.#end(causeOfFailure(error, this.#setting))
  }

  #end(cause: Cause): void {
    this.#cause ??= cause
    this.#agent?.close()
    this.#wire.socket.destroy()
  }
}

const passwordExpired = (target: string, username: string): Cause => ({
  code: 'wrong-credentials',
  message: `${target} says that the password of ${username} has expired. Set a new one there, then here.`,
})

const otherQuestions = (target: string): Cause => ({
  code: 'wrong-credentials',
  message: `${target} asks for more than one password, which nobody is here to answer. Use a key, or an account without a second factor.`,
})

const onlySha1 = (target: string): Cause => ({
  code: 'no-common-algorithm',
  message: `${target} takes this key only with a SHA-1 signature (ssh-rsa, ssh-dss), which is off. Use an Ed25519 or ECDSA key, or switch on old algorithms (legacyAlgorithms) for this device.`,
})

const otherKeyAmid = (target: string): Cause => ({
  code: 'host-key-changed',
  message: `${target} showed another host key in the middle of the connection. Somebody may be in between: check the network path.`,
})
