/** Reads the data types of RFC 4251 section 5 from front to back. An answer of nothing means that the bytes end too early. */
export class WireReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  string(): Uint8Array | undefined {
    if (this.left < 4) return undefined
    let length = 0
    for (let at = this.#at; at < this.#at + 4; at += 1) length = length * 256 + (this.#bytes[at] ?? 0)
    if (length > this.left - 4) return undefined
    const start = this.#at + 4
    this.#at = start + length
    return this.#bytes.subarray(start, this.#at)
  }

  /** ASCII; other bytes become characters that no name has. */
  name(): string | undefined {
    const bytes = this.string()
    return bytes && bytes.length <= longestName ? latin1(bytes) : undefined
  }
}

/** RFC 4251 section 6. */
const longestName = 64

export function wireString(bytes: Uint8Array): Uint8Array {
  const { length } = bytes
  return concat([Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length), bytes])
}

export function wireName(name: string): Uint8Array {
  return wireString(Uint8Array.from(name, (character) => character.charCodeAt(0)))
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Each byte as the character of its number. In pieces, because calls have a limit of arguments; not spread, which takes four times as long. */
export function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4096)
    text += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + 4096))
  return text
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
