import { messageAt } from '../console/prompts/messages.ts'

/** What a console printed, in the ways it can be read when messages of the kernel may stand between any two bytes of it. */
export class Heard {
  readonly #most: number
  #text = ''

  /** Keeps the newest `most` bytes. */
  constructor(most: number) {
    this.#most = most
  }

  take(bytes: Uint8Array): void {
    this.#text = (this.#text + Buffer.from(bytes).toString('latin1')).slice(-this.#most)
  }

  /** All of it, or all but a line that has not ended. */
  forget(butTheLast = false): void {
    this.#text = butTheLast ? this.#text.slice(this.#text.lastIndexOf('\n') + 1) : ''
  }

  /**
   * As it came; without the messages, each up to its line end; and without the line ends before them too. Latin-1. Which of them is right
   * is for checksums to say.
   */
  get readings(): string[] {
    const quiet = withoutMessages(this.#text)
    return quiet.torn ? [this.#text, quiet.kept, quiet.joined] : [this.#text]
  }
}

/** `kept` has the line ends before messages, `joined` has not: some kernels begin with one. */
function withoutMessages(text: string): { torn: boolean; kept: string; joined: string } {
  let torn = false
  let kept = ''
  let joined = ''
  for (const line of text.split(/(?<=\n)/)) {
    const at = messageAt(line)
    kept += line.slice(0, at)
    if (at === undefined) joined += line
    else {
      torn = true
      joined = joined.replace(at === 0 ? /\r?\n$/ : /$/, '') + line.slice(0, at)
    }
  }
  return { torn, kept, joined }
}
