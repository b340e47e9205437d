import { negotiation, option, type Verb } from './codes.ts'

/** `ours` is what we do (WILL), `theirs` what the far end does (DO). */
export type Side = 'ours' | 'theirs'

type OptionState = 'no' | 'asked' | 'yes'

/** What we agree to when asked. ECHO: consoles echo at the device's end, and we never do. */
const agreeable: Record<Side, readonly number[]> = {
  ours: [option.binary, option.suppressGoAhead, option.comPort],
  theirs: [option.binary, option.suppressGoAhead, option.echo],
}

/** A far end that goes on asking for what was refused gets no more answers; a normal one asks once or twice. */
const refusalsPerOption = 8
/** Agreed options that are switched to and fro: no far end has a use for this many. */
const changesAllowed = 256

/**
 * Which options are on, by the method of RFC 1143 without its queue (we never change our mind): only a change of state is
 * answered, so that no two ends can agree for ever.
 */
export class TelnetOptions {
  readonly #states = new Map<string, OptionState>()
  readonly #refusals = new Map<string, number>()
  #changes = 0

  /** Whether the far end has switched options to and fro more often than can make sense. */
  get runsWild(): boolean {
    return this.#changes > changesAllowed
  }

  isOn(side: Side, about: number): boolean {
    return this.#state(side, about) === 'yes'
  }

  /** Whether something we asked for is still without answer. */
  get isWaiting(): boolean {
    return [...this.#states.values()].includes('asked')
  }

  /** Bytes that ask for an option. */
  ask(side: Side, about: number): Buffer {
    this.#set(side, about, 'asked')
    return agree(side, about)
  }

  /** Bytes that answer a negotiation of the far end, empty when none is due. */
  receive(verb: Verb, about: number): Buffer {
    const side: Side = verb === 'do' || verb === 'dont' ? 'ours' : 'theirs'
    const wanted = verb === 'do' || verb === 'will'
    const state = this.#state(side, about)
    if (wanted && state === 'no' && !agreeable[side].includes(about)) return this.#refuse(side, about)
    if (wanted ? state === 'yes' : state === 'no') return nothing
    this.#changes += 1
    this.#set(side, about, wanted ? 'yes' : 'no')
    if (state === 'asked') return nothing
    return wanted ? agree(side, about) : disagree(side, about)
  }

  #refuse(side: Side, about: number): Buffer {
    const key = `${side} ${about}`
    const count = (this.#refusals.get(key) ?? 0) + 1
    this.#refusals.set(key, count)
    return count > refusalsPerOption ? nothing : disagree(side, about)
  }

  #state(side: Side, about: number): OptionState {
    return this.#states.get(`${side} ${about}`) ?? 'no'
  }

  #set(side: Side, about: number, state: OptionState): void {
    this.#states.set(`${side} ${about}`, state)
  }
}

const nothing = Buffer.alloc(0)
const agree = (side: Side, about: number) => negotiation(side === 'ours' ? 'will' : 'do', about)
const disagree = (side: Side, about: number) => negotiation(side === 'ours' ? 'wont' : 'dont', about)
