import { Printed } from './printed.ts'

const lf = 10
const cr = 13
const tab = 9
const space = 32

/**
 * Whether what was typed comes back. Everything typed must be printed in its order; anything may be printed between: kernel messages,
 * a wrap at the right margin, colours, the output of commands. So what is complete has arrived, but for a byte that was lost just where
 * the same one was printed by another, followed by all the rest. One watch is for what was typed since it was made: an echo never comes
 * before its key.
 */
export class EchoWatch {
  readonly #printed: Printed
  readonly #expected: number[] = []
  #next = 0

  /** `printed` goes on from what was printed before, which may have ended within a sequence. */
  constructor(printed = new Printed()) {
    this.#printed = printed
  }

  /** These bytes are typed now. Keys that print nothing of their own are not waited for. */
  expect(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const code = byte === cr ? lf : byte
      if (code >= space ? code !== 0x7f : code === lf || code === tab) this.#expected.push(code)
    }
  }

  hear(bytes: Uint8Array): void {
    for (const code of this.#printed.take(bytes)) this.#hear(code)
  }

  /** Characters that came back. */
  get seen(): number {
    return this.#next
  }

  /** Characters still to come back. */
  get awaited(): number {
    return this.complete ? 0 : this.#expected.length - this.#next
  }

  get complete(): boolean {
    let at = this.#next
    while (at < this.#expected.length && isSoft(this.#expected[at] ?? 0)) at += 1
    return at === this.#expected.length
  }

  #hear(code: number): void {
    let at = this.#next
    while (at < this.#expected.length && !echoes(this.#expected[at] ?? 0, code)) {
      if (!isSoft(this.#expected[at] ?? 0)) return
      at += 1
    }
    if (at < this.#expected.length) this.#next = at + 1
  }
}

/** Shells of another locale print bytes beyond ASCII as `\303` or not at all, so they cannot be waited for. */
function isSoft(code: number): boolean {
  return code >= 0x80
}

/** A tty may print a tab as the spaces up to the next stop. */
function echoes(expected: number, printed: number): boolean {
  return expected === printed || (expected === tab && printed === space)
}
