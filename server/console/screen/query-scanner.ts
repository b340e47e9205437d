const esc = 0x1b
/** Text between two escapes that is looked through here; beyond it, a search of the whole chunk is the faster way. */
const nearBytes = 24

type State = 'text' | 'escape' | 'intermediate' | 'control' | 'osc' | 'dcs-begin' | 'dcs' | 'string'

/** Finals of queries. */
const c = 0x63
const n = 0x6e
const p = 0x70
const q = 0x71
const t = 0x74

/**
 * Finds where a device asks the terminal something, in the bytes as they come: DSR, DA, DECRQM, XTVERSION, sizes, colours, DECRQSS and
 * XTGETTCAP. Plain text costs one search for ESC. It may take something for a query that the emulator then does not answer.
 */
export class QueryScanner {
  #state: State = 'text'
  /** First byte of a control sequence when it is one of `<=>?`, and its last intermediate byte. */
  #prefix = 0
  #intermediate = 0
  /** The first number, as far as it is of interest; whether there are more; whether a control string has a question mark. */
  #number = 0
  #counting = false
  #several = false
  #asks = false

  /** Nothing of what came before belongs to what comes now. */
  reset(): void {
    this.#state = 'text'
  }

  /** Where queries end in this chunk: each index is that of the byte after one. Null when there is none, as nearly always. */
  scan(bytes: Uint8Array): number[] | null {
    let found: number[] | null = null
    let at = 0
    while (at < bytes.length) {
      // Nearly all of what comes is text, colours and movements: none of that needs the rest of this class.
      if (this.#state === 'text') at = nextOfInterest(bytes, at)
      else if (this.#state === 'osc' || this.#state === 'string') at = this.#skip(bytes, at)
      if (at >= bytes.length) break
      const byte = bytes[at] ?? 0
      at += 1
      if (this.#take(byte)) {
        found ??= []
        found.push(at)
      }
    }
    return found
  }

  /** To the next byte of a control string that counts: one of those that end it, or the question mark of a query. */
  #skip(bytes: Uint8Array, from: number): number {
    if (this.#counting) return from
    let at = from
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte < 0x20 || byte === 0x3f) return at
    }
    return at
  }

  /** Returns whether this byte ends a query. */
  #take(byte: number): boolean {
    if (byte === esc) {
      const asked = this.#ended()
      this.#state = 'escape'
      return asked
    }
    if (byte === 0x18 || byte === 0x1a) {
      this.#state = 'text'
      return false
    }
    switch (this.#state) {
      case 'text':
        return false
      case 'escape':
        return this.#escape(byte)
      case 'intermediate':
        if (byte >= 0x30) this.#state = 'text'
        return false
      case 'control':
        return this.#control(byte)
      case 'osc':
        return this.#osc(byte)
      case 'dcs-begin':
        this.#dcs(byte)
        return false
      default:
        return false
    }
  }

  /** A control string ends where ESC begins what ends it. */
  #ended(): boolean {
    if (this.#state === 'osc') return this.#oscAsks()
    return this.#state === 'dcs'
  }

  #escape(byte: number): boolean {
    this.#prefix = 0
    this.#intermediate = 0
    this.#number = 0
    this.#counting = true
    this.#several = false
    this.#asks = false
    this.#state = afterEscape(byte)
    return false
  }

  #control(byte: number): boolean {
    if (byte >= 0x40) {
      this.#state = 'text'
      return byte <= 0x7e && this.#isQuery(byte)
    }
    if (byte >= 0x3c) this.#prefix = byte
    else if (byte >= 0x30) {
      if (byte === 0x3b) this.#several = true
      this.#count(byte)
    } else if (byte >= 0x20) this.#intermediate = byte
    return false
  }

  #isQuery(final: number): boolean {
    return isQuery({
      prefix: this.#prefix,
      intermediate: this.#intermediate,
      final,
      number: this.#number,
      several: this.#several,
    })
  }

  #osc(byte: number): boolean {
    if (byte === 0x07) {
      this.#state = 'text'
      return this.#oscAsks()
    }
    if (byte === 0x3f) this.#asks = true
    this.#count(byte)
    return false
  }

  #oscAsks(): boolean {
    return this.#asks && (this.#number === 4 || (this.#number >= 10 && this.#number <= 12))
  }

  #dcs(byte: number): void {
    if (byte >= 0x40) {
      const asks = byte === q && (this.#intermediate === 0x24 || this.#intermediate === 0x2b)
      this.#state = asks ? 'dcs' : 'string'
    } else if (byte >= 0x20 && byte <= 0x2f) this.#intermediate = byte
  }

  #count(byte: number): void {
    if (byte < 0x30 || byte > 0x39) this.#counting = false
    else if (this.#counting) this.#number = Math.min(10_000, this.#number * 10 + byte - 0x30)
  }
}

/** What a byte after ESC begins (ECMA-48 section 5). */
function afterEscape(byte: number): State {
  switch (byte) {
    case 0x5b:
      return 'control'
    case 0x5d:
      return 'osc'
    case 0x50:
      return 'dcs-begin'
    case 0x58:
    case 0x5e:
    case 0x5f:
      return 'string'
    default:
      return byte < 0x20 ? 'escape' : byte < 0x30 ? 'intermediate' : 'text'
  }
}

/**
 * The next ESC that does not begin a control sequence without a prefix that ends, in this chunk, with a final that no query has. The end
 * of the chunk when there is none.
 */
function nextOfInterest(bytes: Uint8Array, from: number): number {
  const { length } = bytes
  let at = from
  while (at < length) {
    const near = Math.min(length, at + nearBytes)
    while (at < near && bytes[at] !== esc) at += 1
    if (at === near) {
      if (near === length) return length
      at = bytes.indexOf(esc, near)
      if (at < 0) return length
    }
    if (bytes[at + 1] !== 0x5b) return at
    let end = at + 2
    let byte = bytes[end] ?? 0
    while (byte >= 0x30 && byte <= 0x3b) byte = bytes[++end] ?? 0
    if (byte < 0x40 || byte > 0x7e || byte === n || byte === c || byte === t) return at
    at = end + 1
  }
  return length
}

interface Sequence {
  prefix: number
  intermediate: number
  final: number
  number: number
  several: boolean
}

const question = 0x3f
const greater = 0x3e
const dollar = 0x24

function isQuery({ prefix, intermediate, final, number, several }: Sequence): boolean {
  if (final === p) return intermediate === dollar && (prefix === 0 || prefix === question)
  if (intermediate !== 0) return false
  switch (final) {
    case n:
      return prefix === 0 ? number === 5 || number === 6 : prefix === question && [6, 996].includes(number)
    case c:
      return number === 0 && !several && prefix !== question
    case t:
      return prefix === 0 && [14, 16, 18, 19].includes(number)
    case q:
      return prefix === greater && number === 0
    default:
      return false
  }
}
