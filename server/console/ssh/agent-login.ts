import ssh2, {
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'
import {
  type AgentKey,
  isSuccess,
  readIdentities,
  readSignature,
  rsaFlags,
  writeRequest,
} from '../../contract/agent/messages.ts'
import type { Cause } from '../../contract/line.ts'
import { sha256Fingerprint } from '../../contract/public-key/fingerprint.ts'
import { WireReader } from '../../contract/public-key/wire.ts'
import { LinkError } from '../transport.ts'
import type { AgentCredential, AgentTalk } from './agent.ts'
import { type AgentOutcome, agentRefused, notAnAgent, notBound, unbindable } from './agent-words.ts'
import type { SessionProof } from './internals.ts'

export interface AgentLoginOptions extends AgentCredential {
  target: string
  username: string
  /** Of the connection that is to be logged in. */
  proof(): SessionProof | undefined
}

/** sshd ends a connection at the sixth refusal (MaxAuthTries), and a password may be tried after the keys. */
const mostOffered = 5
const askMs = 10_000
/** A person may have to say yes, or touch something. sshd waits 120 s for a login. */
const signMs = 60_000

/** Logs in with the keys of an agent: the one place where its answers are turned into what the library takes. */
export class AgentLogin extends ssh2.BaseAgent {
  readonly #options: AgentLoginOptions
  readonly #offered: string[] = []
  readonly #refused: string[] = []
  #talk: AgentTalk | undefined
  #held = 0
  #usable = 0
  #signed: string | undefined
  #closed = false
  #trouble: Cause | undefined

  constructor(options: AgentLoginOptions) {
    super()
    this.#options = options
  }

  /** The fingerprint of the key that signed last. */
  get signed(): string | undefined {
    return this.#signed
  }

  /** Why it did not come to a login. */
  cause(cutOff = false): Cause {
    const { target, username } = this.#options
    const outcome: AgentOutcome = {
      target,
      username,
      held: this.#held,
      usable: this.#usable,
      offered: this.#offered,
      refused: this.#refused,
      signed: this.#signed,
      cutOff,
    }
    return this.#trouble ?? agentRefused(outcome)
  }

  close(): void {
    this.#closed = true
    this.#talk?.close()
  }

  override getIdentities(done: IdentityCallback): void {
    this.#answer(this.#keys(), done)
  }

  override sign(
    key: string | Buffer | ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    // The library hands back the keys that it was given, with all four arguments.
    if (typeof key === 'string' || Buffer.isBuffer(key) || typeof options === 'function') return
    this.#answer(this.#signature(key, data, options.hash), done)
  }

  /** Of a connection that has ended meanwhile the library must not be told: it would write to it. */
  #answer<T>(work: Promise<T>, done: ((error?: Error | null, value?: T) => void) | undefined): void {
    work.then(
      (value) => this.#closed || done?.(undefined, value),
      (error: unknown) => {
        if (error instanceof LinkError) this.#trouble = error.reason
        // It goes on with the next key, or the next method.
        if (!this.#closed) done?.(error instanceof Error ? error : new Error(String(error)))
      },
    )
  }

  async #keys(): Promise<ParsedKey[]> {
    const { agent, target, username, likely, proof } = this.#options
    const session = proof()
    if (session === undefined) throw new LinkError(unbindable)
    this.#talk = agent.open({ target, login: username })
    const bound = await this.#talk.ask(writeRequest({ kind: 'bind', ...session }), askMs)
    if (!isSuccess(bound)) throw new LinkError(notBound(target, sha256Fingerprint(session.hostKey)))
    const keys = readIdentities(await this.#talk.ask(writeRequest({ kind: 'identities' }), askMs))
    if (keys === undefined) throw new LinkError(notAnAgent)
    this.#held = keys.length
    const usable = keys.flatMap(usableKey)
    this.#usable = usable.length
    const first = usable.filter(({ sha256 }) => likely.includes(sha256))
    const chosen = [...new Set([...first, ...usable])].slice(0, mostOffered)
    this.#offered.push(...chosen.map(({ sha256 }) => sha256))
    return chosen.map(({ key }) => key)
  }

  async #signature(key: ParsedKey, data: Buffer, hash: string | undefined): Promise<Buffer> {
    const blob = key.getPublicSSH()
    const sha256 = sha256Fingerprint(blob)
    const algorithm =
      key.type === 'ssh-rsa' ? (hash === 'sha512' ? 'rsa-sha2-512' : 'rsa-sha2-256') : key.type
    // RFC 8332 has the successors of SHA-1.
    if (key.type === 'ssh-rsa' && hash !== 'sha256' && hash !== 'sha512')
      throw new Error('No signature with SHA-1.')
    const flags = Object.entries(rsaFlags).find(([name]) => name === algorithm)?.[1] ?? 0
    const answer = await this.#talk?.ask(writeRequest({ kind: 'sign', blob, data, flags }), signMs)
    const signature = answer && readSignature(answer)
    if (signature?.algorithm !== algorithm || !isWhole(signature.bytes, key.type)) {
      this.#refused.push(sha256)
      throw new Error('The agent did not sign.')
    }
    this.#signed = sha256
    return Buffer.from(signature.bytes)
  }
}

/** The library signs with no other kinds: neither certificates nor keys in security keys. */
const kinds = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa']

function usableKey({ blob }: AgentKey): { key: ParsedKey; sha256: string }[] {
  const key = ssh2.utils.parseKey(Buffer.from(blob))
  if (key instanceof Error || !kinds.includes(key.type)) return []
  return [{ key, sha256: sha256Fingerprint(blob) }]
}

/** RFC 5656 section 3.1.2, RFC 8709 section 6, RFC 8332 section 3. What does not fit makes the library throw, where nobody catches it. */
function isWhole(bytes: Uint8Array, type: string): boolean {
  if (type === 'ssh-ed25519') return bytes.length === 64
  if (type === 'ssh-rsa') return bytes.length >= 128 && bytes.length <= 2048
  const reader = new WireReader(bytes)
  const [r, s] = [reader.string(), reader.string()]
  return r !== undefined && s !== undefined && reader.left === 0 && r.length <= 67 && s.length <= 67
}
