import type { Cause } from '../../contract/line.ts'
import type { TypedStart } from './presets.ts'

/** How long a BMC's command line may take to appear: the slowest iLO of 2012 needs six seconds after login. */
const promptWaitMs = 10_000
/** Without a word of success or refusal this long after the last command, the console is taken to be open. */
const settleMs = 2000
/** What is kept to find a prompt in; banners before it may be longer. */
const keptCharacters = 4096

export type StartStep =
  | { kind: 'wait' }
  | { kind: 'type'; line: string }
  | { kind: 'started' }
  | { kind: 'failed'; cause: Cause }

/** Types a preset's start command into a BMC's command line and judges by its answers whether the console is open. */
export class Starter {
  readonly #start: TypedStart
  readonly #name: string
  #typed = 0
  #text = ''

  constructor(options: { start: TypedStart; name: string }) {
    this.#start = options.start
    this.#name = options.name
  }

  /** Milliseconds that the present step may take before `expired` is to be called. */
  get patienceMs(): number {
    return this.#allTyped ? settleMs : promptWaitMs
  }

  /** The BMC said something. */
  heard(bytes: Uint8Array): StartStep {
    this.#text = withoutControls(this.#text + Buffer.from(bytes).toString('latin1')).slice(-keptCharacters)
    if (this.#allTyped && this.#start.started?.test(this.#text)) return { kind: 'started' }
    if (!this.#start.prompt.test(this.#text)) return { kind: 'wait' }
    const line = this.#start.lines[this.#typed]
    if (line === undefined) return { kind: 'failed', cause: this.#refusal() }
    this.#typed += 1
    this.#text = ''
    return { kind: 'type', line }
  }

  /** It said nothing more for `patienceMs`. */
  expired(): StartStep {
    if (!this.#allTyped) return { kind: 'failed', cause: this.#silence() }
    if (this.#isTaken) return { kind: 'failed', cause: this.#refusal() }
    return { kind: 'started' }
  }

  get #allTyped(): boolean {
    return this.#typed === this.#start.lines.length
  }

  get #isTaken(): boolean {
    return this.#start.busy.test(this.#text)
  }

  #refusal(): Cause {
    if (this.#isTaken) {
      return {
        code: 'busy',
        message: `${this.#name} says that another session has the console. End that session, or wait until it ends.`,
      }
    }
    const last = this.#start.lines.at(-1) ?? ''
    return {
      code: 'other',
      message: `${this.#name} went back to its command line after "${last}". Is serial redirection on there, may this user open it, and is this the right preset?`,
    }
  }

  #silence(): Cause {
    return {
      code: 'no-answer',
      message: `${this.#name} accepted the login but did not show its command line within ${promptWaitMs / 1000} s. Is this the right preset?`,
    }
  }
}

/** Colours, cursor movements and bells that a prompt may be dressed in; ECMA-48 section 5.4. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal control sequences consist of them
  return text.replace(/\x1b\[[0-?]*[ -/]*[@-~]|[\x00\x07\x0e\x0f]/g, '')
}
