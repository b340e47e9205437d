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
    const before = this.#at
    const length = this.uint32()
    if (length === undefined || length > this.left) {
      this.#at = before
      return undefined
    }
    const start = this.#at
    this.#at = start + length
    return this.#bytes.subarray(start, this.#at)
  }

  byte(): number | undefined {
    if (this.left < 1) return undefined
    this.#at += 1
    return this.#bytes[this.#at - 1]
  }

  uint32(): number | undefined {
    if (this.left < 4) return undefined
    let value = 0
    for (const end = this.#at + 4; this.#at < end; this.#at += 1)
      value = value * 256 + (this.#bytes[this.#at] ?? 0)
    return value
  }

  /** ASCII; other bytes become characters that no name has. */
  name(): string | undefined {
    const bytes = this.string()
    return bytes && bytes.length <= longestName ? latin1(bytes) : undefined
  }
}

/** RFC 4251 section 6. */
const longestName = 64

export function wireUint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

export function wireString(bytes: Uint8Array): Uint8Array {
  return concat([wireUint32(bytes.length), bytes])
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
