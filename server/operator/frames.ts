import { cksum } from './cksum.ts'
import { Heard } from './heard.ts'
import { Stopped } from './stopped.ts'

/** What a program may print: a report, not a log. */
export const mostBytes = 256 * 1024

/**
 * What a quiet shell prints of a text: `<TAG=12=SUM=...>`, one frame for each 96 bytes, numbered from 1. Behind the number of the last, which
 * is empty, stands `.`. The checksum is of number, mark and text; a tty prints CR LF for each line end of it.
 */
export class Frames {
  readonly #tag: string
  readonly #heard = new Heard(mostBytes)
  readonly #kept = new Map<number, string>()
  #bytes = 0
  #last: number | undefined

  constructor(tag: string) {
    this.#tag = tag
  }

  take(bytes: Uint8Array): void {
    this.#bytes += bytes.length
    // What comes back of the whole and its repairs together.
    if (this.#bytes > mostBytes)
      throw new Stopped('failed', 'The program printed more than a report may have.')
    this.#heard.take(bytes)
  }

  get held(): number {
    return this.#kept.size
  }

  /** Reads what has been heard since, and keeps what its checksum proves. */
  read(): void {
    for (const reading of this.#heard.readings) {
      for (const part of reading.split(`<${this.#tag}`)) this.#keep(part)
    }
    this.#heard.forget()
  }

  /** Numbers to ask for again. The last frame is printed every time. */
  missing(most: number): number[] {
    const missing: number[] = []
    for (let at = 1; at < (this.#last ?? 0) && missing.length < most; at++) {
      if (!this.#kept.has(at)) missing.push(at)
    }
    return missing
  }

  /** The text, once all of it is there. */
  whole(): Buffer | undefined {
    if (this.#last === undefined || this.missing(1).length > 0) return undefined
    let text = ''
    for (let at = 1; at < this.#last; at++) text += this.#kept.get(at) ?? ''
    return Buffer.from(text.slice(0, -1), 'latin1')
  }

  #keep(part: string): void {
    const [, number, mark = '', sum, printed = ''] = /^=(\d+)(\.?)=(\d+)=([\s\S]*)>/.exec(part) ?? []
    if (number === undefined) return
    const text = printed.replaceAll('\r\n', '\n')
    if (Number(sum) !== cksum(Buffer.from(`${number}${mark}${text}`, 'latin1'))) return
    if (mark === '.') this.#last = Number(number)
    else this.#kept.set(Number(number), text)
  }
}
