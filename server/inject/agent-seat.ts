import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import type { SshAgent } from '../console/ssh/agent.ts'
import type { PushAgent } from '../contract/pushes.ts'
import { AgentTalks, type AgentWire } from './agent-talks.ts'

/** How long it is waited for. */
export const agentWaitMs = 5 * 60_000

/** What the way to an agent tells us. */
export interface SeatedAgent {
  /** False for what nobody has asked. */
  answered(talk: number, message: Uint8Array): boolean
  /** The way has ended. */
  lost(): void
}

/** Where the ssh agent of whoever ordered something is attached: one, once. */
export class AgentSeat {
  readonly #clock: Clock
  readonly #until: number
  readonly #came = Promise.withResolvers<void>()
  #state: PushAgent['state'] = 'waiting'
  #wire: AgentWire | undefined
  #talks: AgentTalks | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#until = clock.now() + agentWaitMs
  }

  get view(): PushAgent {
    return { state: this.#state, until: this.#state === 'waiting' ? this.#until : null }
  }

  /** @throws AppError `already-exists` when one is or was attached, or the time for it is over. */
  attach(wire: AgentWire): SeatedAgent {
    if (this.#state !== 'waiting') throw new AppError('already-exists', words[this.#state])
    const talks = new AgentTalks(wire, this.#clock)
    this.#state = 'attached'
    this.#wire = wire
    this.#talks = talks
    this.#came.resolve()
    return {
      answered: (talk, message) => talks.answered(talk, message),
      lost: () => {
        if (this.#state === 'attached') this.#state = 'gone'
        talks.lost()
      },
    }
  }

  /** Resolves when it is attached. Rejects with AppError when nobody came in time, and as the signal says. */
  async attached(signal: AbortSignal): Promise<void> {
    const stop = () => this.#came.reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    const timer = this.#clock.after(agentWaitMs, () => {
      if (this.#state === 'waiting') this.#state = 'missed'
      this.#came.reject(new AppError('push-failed', nobodyCame))
    })
    try {
      await this.#came.promise
    } finally {
      timer.cancel()
      signal.removeEventListener('abort', stop)
    }
  }

  /** As one device sees it. Nothing when it is gone: then nothing is to be tried with it. */
  for(device: string): SshAgent | undefined {
    const talks = this.#talks
    if (this.#state !== 'attached' || talks === undefined) return undefined
    return { open: (about) => talks.open({ device, ...about }) }
  }

  /** What it is for is over. */
  end(message: string): void {
    if (this.#state === 'attached') this.#wire?.tell({ type: 'bye', code: 'ended', message })
    this.#state = 'ended'
    this.#talks?.lost()
  }
}

const words: Record<Exclude<PushAgent['state'], 'waiting'>, string> = {
  attached:
    'An ssh agent is attached already. One is enough: stop the other program first, and order this anew.',
  gone: 'The ssh agent that was attached is gone, and what was left to do has failed. Try again, and attach to the new one.',
  missed: 'This waited too long for an ssh agent. Try it again, and attach to the new one.',
  ended: 'This is over. Order it anew, and attach to that.',
}

const nobodyCame = `No ssh agent was attached within ${agentWaitMs / 60_000} minutes. Nothing was done. Try again, and run lifeline-agent meanwhile.`
