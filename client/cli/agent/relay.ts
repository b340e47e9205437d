import {
  agentFailure,
  agentSuccess,
  readIdentities,
  readRequest,
  readSignature,
  writeIdentities,
} from '../../../server/contract/agent/messages.ts'
import { type AgentMessage, readFrame, writeFrame } from '../../../server/contract/agent/socket.ts'
import { Judge, type Rules } from './judge.ts'
import { shown } from './shown.ts'
import { AgentConnection } from './ssh-agent.ts'

export interface RelayOptions {
  /** Of the agent's socket. */
  path: string
  rules: Rules
  send(frame: Uint8Array): void
  /** A line for whoever started us. */
  say(line: string): void
}

/** Talks that a gateway may have at once: far more than it works on. */
const mostTalks = 1024

/** Stands between the gateway and the agent: each talk has a connection to the agent, and a judge. */
export class Relay {
  readonly #options: RelayOptions
  readonly #talks = new Map<number, Talk>()

  constructor(options: RelayOptions) {
    this.#options = options
  }

  told(message: Exclude<AgentMessage, { type: 'bye' }>): void {
    const { talk } = message
    if (message.type === 'close') {
      this.#talks.get(talk)?.close()
      this.#talks.delete(talk)
    } else if (!this.#talks.has(talk) && this.#talks.size < mostTalks) {
      this.#talks.set(talk, new Talk(message, this.#options))
    }
  }

  /** What is for no talk that is open has come too late, and nobody waits for its answer. */
  async received(bytes: Uint8Array): Promise<void> {
    const frame = readFrame(bytes)
    const talk = frame && this.#talks.get(frame.talk)
    if (frame === undefined || talk === undefined) return
    const answer = await talk.answer(frame.message)
    if (this.#talks.get(frame.talk) === talk) this.#options.send(writeFrame(frame.talk, answer))
  }

  close(): void {
    for (const talk of this.#talks.values()) talk.close()
    this.#talks.clear()
  }
}

class Talk {
  readonly #options: RelayOptions
  readonly #name: string
  readonly #judge: Judge
  readonly #agent: AgentConnection
  #last: Promise<unknown> = Promise.resolve()

  constructor({ device, target }: Extract<AgentMessage, { type: 'open' }>, options: RelayOptions) {
    this.#options = options
    this.#name = `${shown(device)} (${shown(target)})`
    this.#judge = new Judge(options.rules)
    this.#agent = new AgentConnection(options.path)
  }

  close(): void {
    this.#agent.close()
  }

  /** In their order. Never rejects: what goes wrong is told here, and to the gateway as the agent's no. */
  answer(message: Uint8Array): Promise<Uint8Array> {
    const answer = this.#last
      .then(() => this.#answer(message))
      .catch((error: Error) => {
        this.#say(error.message)
        return agentFailure
      })
    this.#last = answer
    return answer
  }

  async #answer(message: Uint8Array): Promise<Uint8Array> {
    const request = readRequest(message)
    const verdict =
      request === undefined
        ? { ok: false as const, why: 'the gateway asked for something else' }
        : this.#judge.judge(request)
    if (!verdict.ok || request === undefined) {
      this.#say(`refused: ${verdict.ok ? '' : verdict.why}.`)
      return agentFailure
    }
    const answer = await this.#agent.ask(message)
    // An agent that cannot bind says no, and signs all the same: what matters was judged here.
    if (request.kind === 'bind') return agentSuccess
    if (request.kind === 'identities') return this.#identities(answer)
    const signed = readSignature(answer) !== undefined
    this.#say(`${verdict.about}: ${signed ? 'signed' : 'the agent did not sign'}.`)
    return signed ? answer : agentFailure
  }

  #identities(answer: Uint8Array): Uint8Array {
    const keys = readIdentities(answer)
    return keys === undefined ? agentFailure : writeIdentities(this.#judge.allowed(keys))
  }

  #say(line: string): void {
    this.#options.say(`${this.#name}: ${line}`)
  }
}
