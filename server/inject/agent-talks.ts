import type { Clock, Timer } from '../base/clock.ts'
import type { AgentTalk } from '../console/ssh/agent.ts'
import { LinkError } from '../console/transport.ts'
import type { AgentMessage } from '../contract/agent/socket.ts'
import type { Cause } from '../contract/line.ts'

/** The way to the program of whoever ordered a push. */
export interface AgentWire {
  frame(talk: number, message: Uint8Array): void
  tell(message: AgentMessage): void
}

interface Question {
  resolve(message: Uint8Array): void
  reject(error: LinkError): void
  timer: Timer
}

/** The talks with one agent. Each has one question at a time. */
export class AgentTalks {
  readonly #wire: AgentWire
  readonly #clock: Clock
  readonly #open = new Set<number>()
  readonly #questions = new Map<number, Question>()
  #last = 0
  #gone = false

  constructor(wire: AgentWire, clock: Clock) {
    this.#wire = wire
    this.#clock = clock
  }

  open(about: { device: string; target: string; login: string }): AgentTalk {
    this.#last += 1
    const talk = this.#last
    if (!this.#gone) {
      this.#open.add(talk)
      this.#wire.tell({ type: 'open', talk, ...about })
    }
    return {
      ask: (message, ms) => this.#ask(talk, message, ms),
      close: () => this.#close(talk),
    }
  }

  /** Whether it was an answer to something, or came too late for it. */
  answered(talk: number, message: Uint8Array): boolean {
    const question = this.#questions.get(talk)
    if (question === undefined) return talk > 0 && talk <= this.#last && !this.#open.has(talk)
    this.#settle(talk)
    question.resolve(message)
    return true
  }

  /** The program is not there any more. */
  lost(): void {
    this.#gone = true
    for (const [talk, { reject }] of this.#questions) {
      this.#settle(talk)
      reject(new LinkError(agentGone))
    }
    this.#open.clear()
  }

  #ask(talk: number, message: Uint8Array, ms: number): Promise<Uint8Array> {
    if (!this.#open.has(talk)) return Promise.reject(new LinkError(agentGone))
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(ms, () => {
        this.#close(talk)
        reject(new LinkError(silent(ms)))
      })
      this.#questions.set(talk, { resolve, reject, timer })
      this.#wire.frame(talk, message)
    })
  }

  #settle(talk: number): void {
    this.#questions.get(talk)?.timer.cancel()
    this.#questions.delete(talk)
  }

  #close(talk: number): void {
    this.#settle(talk)
    if (this.#open.delete(talk)) this.#wire.tell({ type: 'close', talk })
  }
}

/** Somebody who pushes reads it where their keys did not get in. */
export const agentGone: Cause = {
  code: 'credentials-missing',
  message:
    'The ssh agent is not attached any more: lifeline-agent was ended, or lost its way to the gateway. Try again, and leave it running.',
}

const silent = (ms: number): Cause => ({
  code: 'timeout',
  message: `The ssh agent did not answer within ${ms / 1000} s. Does it ask somebody to confirm or to touch a key? Try again, and say yes in time.`,
})
