import { seenByte, seenBytes } from './seen-bytes.ts'
import { latin1 } from './wire.ts'

/** A part of a text as private keys are looked for in it. */
export interface BarePart {
  /**
   * In ASCII: without blanks, line ends and what nobody sees, and with what JSON and forms write for a character as that character.
   * What is beyond ASCII is U+007F, fewer than there are characters where they stand together.
   */
  bare: string
  /** Where in it a word begins that could be base64 of DER, or of SSH.com's number 3f6ff9eb. */
  starts: number[]
}

/** Small enough for a processor's nearest cache: a string as long as a long text costs more than to look through it. */
const partLength = 16 * 1024
/** So much of a part is in the next one again, more than any mark of a private key has. */
const overlap = 256

/** Over bytes, where regular expressions would be shorter: on a long text that is no key this is most of the work. */
export class BareReader {
  readonly #bytes: Uint8Array
  #at = 0
  readonly #part: Uint8Array
  #length = 0
  #starts: number[] = []
  /** Of the character before. */
  #kind = kind.other

  constructor(text: string) {
    this.#bytes = seenBytes(text)
    this.#part = new Uint8Array(Math.min(partLength, this.#bytes.length))
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  next(): BarePart {
    this.#keepOverlap()
    this.#fill()
    return { bare: latin1(this.#part.subarray(0, this.#length)), starts: this.#starts }
  }

  #keepOverlap(): void {
    if (this.#length < partLength) return
    const left = partLength - overlap
    this.#part.copyWithin(0, left)
    // What begins there has been seen whole; it must not seem to begin a word.
    this.#part[0] = underscore
    this.#starts = this.#starts.map((start) => start - left).filter((start) => start > 0)
    this.#length = overlap
  }

  #fill(): void {
    const [bytes, part] = [this.#bytes, this.#part]
    let [at, length, before] = [this.#at, this.#length, this.#kind]
    while (at < bytes.length && length < partLength) {
      let byte = bytes[at] ?? 0
      let now = kinds[byte] ?? kind.other
      at += 1
      if (now === kind.escape) {
        const escaped = byte === percent ? percentEscape(bytes, at) : backslashEscape(bytes, at)
        at = escaped.next
        before = kind.other
        if (escaped.byte === undefined) continue
        byte = escaped.byte
        now = byte === percent || byte === backslash ? kind.other : (kinds[byte] ?? kind.other)
      }
      if (now === kind.start && before < kind.base64) this.#starts.push(length)
      if (now !== kind.blank) part[length++] = byte
      before = now
    }
    this.#at = at
    this.#length = length
    this.#kind = before
  }
}

const [percent, backslash, newline, underscore] = [0x25, 0x5c, 0x0a, 0x5f]
const kind = { other: 0, blank: 1, escape: 2, base64: 3, start: 4 }
const kinds = Uint8Array.from({ length: 0x80 }, (_, code) => kindOf(String.fromCharCode(code)))

function kindOf(character: string): number {
  if (/\s/.test(character)) return kind.blank
  if (/[\\%]/.test(character)) return kind.escape
  if (/[MP]/.test(character)) return kind.start
  return /[A-Za-z0-9+/]/.test(character) ? kind.base64 : kind.other
}

interface Escaped {
  /** What it stands for; nothing where that is unseen, or where it only hides what follows. */
  byte: number | undefined
  next: number
}

/** As in forms, from behind the %. */
function percentEscape(bytes: Uint8Array, at: number): Escaped {
  const code = hexAt(bytes, at)
  return code === undefined ? { byte: percent, next: at } : { byte: seenByte(code), next: at + 2 }
}

/** As in JSON, however deep in other JSON, from behind the backslash. */
function backslashEscape(bytes: Uint8Array, at: number): Escaped {
  let next = at
  while (bytes[next] === backslash) next += 1
  const letter = String.fromCharCode(bytes[next] ?? 0)
  if (letter === 'n' || letter === 'r' || letter === 't') return { byte: newline, next: next + 1 }
  const code = letter === 'u' && hexAt(bytes, next + 1) === 0 ? hexAt(bytes, next + 3) : undefined
  return code === undefined ? { byte: undefined, next } : { byte: seenByte(code), next: next + 5 }
}

function hexAt(bytes: Uint8Array, at: number): number | undefined {
  const [high, low] = [digitOf(bytes[at] ?? 0), digitOf(bytes[at + 1] ?? 0)]
  return high < 0 || low < 0 ? undefined : high * 16 + low
}

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const small = byte | 0x20
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1
}
