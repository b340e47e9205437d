import { type AgentKey, type AgentRequest, rsaFlags } from '../../../server/contract/agent/messages.ts'
import { readSshLogin } from '../../../server/contract/agent/ssh-login.ts'
import { sameBytes, WireReader } from '../../../server/contract/public-key/wire.ts'
import { fingerprintOf } from './fingerprint.ts'
import { isSignedByHost } from './host-signature.ts'
import { shown } from './shown.ts'

/** What whoever started us allows. */
export interface Rules {
  /** Fingerprints of the keys that may be used; none: all of the agent. */
  keys: readonly string[]
  /** Base64 of the host keys at which it may be logged in; absent: at any. */
  knownHosts: ReadonlySet<string> | undefined
  /** The only account to log in as, where it is known here. */
  login: string | undefined
}

/** A request that may go to the agent, with what is to be said of it, or why it may not. */
export type Verdict = { ok: true; about: string } | { ok: false; why: string }

/** Decides what of a talk reaches the agent: logins at a host that has proved its key in this very session, and nothing else. */
export class Judge {
  readonly #rules: Rules
  #bound: { sessionId: Uint8Array; host: string } | undefined

  constructor(rules: Rules) {
    this.#rules = rules
  }

  judge(request: AgentRequest): Verdict {
    switch (request.kind) {
      case 'bind':
        return this.#bind(request)
      case 'identities':
        return this.#bound === undefined ? no(unbound) : { ok: true, about: '' }
      case 'sign':
        return this.#sign(request)
    }
  }

  /** Those of the agent's keys that the gateway may know of. */
  allowed(keys: readonly AgentKey[]): AgentKey[] {
    return keys.filter(({ blob }) => this.#mayUse(blob))
  }

  #mayUse(blob: Uint8Array): boolean {
    const { keys } = this.#rules
    return keys.length === 0 || keys.includes(fingerprintOf(blob))
  }

  #bind(request: Extract<AgentRequest, { kind: 'bind' }>): Verdict {
    const { hostKey, sessionId } = request
    const host = fingerprintOf(hostKey)
    if (this.#bound !== undefined) return no('a talk is for one session, and this is a second one')
    if (!isSignedByHost(request)) return no(`nothing proves that this is a session with the host key ${host}`)
    if (this.#rules.knownHosts?.has(Buffer.from(hostKey).toString('base64')) === false) {
      return no(`the host key ${host} is not in your known hosts`)
    }
    this.#bound = { sessionId, host }
    return { ok: true, about: '' }
  }

  #sign({ blob, data, flags }: Extract<AgentRequest, { kind: 'sign' }>): Verdict {
    if (this.#bound === undefined) return no(unbound)
    const { sessionId, host } = this.#bound
    const login = readSshLogin(data)
    if (login === undefined) return no('it is no login: something else was to be signed')
    if (!sameBytes(login.sessionId, sessionId)) return no('it is a login in another session')
    if (!sameBytes(login.blob, blob) || flags !== flagsOf(login.algorithm, blob)) {
      return no('it is a login with another key')
    }
    const key = fingerprintOf(blob)
    if (!this.#mayUse(blob)) return no(`the key ${key} was not named`)
    const { login: only } = this.#rules
    if (only !== undefined && login.user !== only)
      return no(`it is a login as ${shown(login.user)}, not as ${only}`)
    return { ok: true, about: `login as ${shown(login.user)} at the host with the key ${host}, by ${key}` }
  }
}

const no = (why: string): Verdict => ({ ok: false, why })
const unbound = 'nothing proves which host this is for'

/** Nothing where the algorithm is none of the key's. */
function flagsOf(algorithm: string, blob: Uint8Array): number | undefined {
  const type = new WireReader(blob).name()
  if (type !== 'ssh-rsa') return algorithm === type ? 0 : undefined
  return Object.entries(rsaFlags).find(([name]) => name === algorithm)?.[1]
}
