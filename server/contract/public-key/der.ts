import { concat } from './wire.ts'

export const tags = { integer: 2, bitString: 3, null: 5, oid: 6, sequence: 0x30 } as const

/** Reads DER (X.690 section 10) from front to back: definite lengths in their shortest form, and nothing else. */
export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** The content of the next element, if it has this tag and is whole. */
  content(tag: number): Uint8Array | undefined {
    if (this.#bytes[this.#at] !== tag) return undefined
    const header = this.#length()
    if (!header || header.start + header.length > this.#bytes.length) return undefined
    this.#at = header.start + header.length
    return this.#bytes.subarray(header.start, this.#at)
  }

  inside(tag: number): DerReader | undefined {
    const content = this.content(tag)
    return content && new DerReader(content)
  }

  #length(): { start: number; length: number } | undefined {
    const first = this.#bytes[this.#at + 1] ?? 0x80
    if (first < 0x80) return { start: this.#at + 2, length: first }
    // Two bytes of length reach 64 KB, which is beyond every key.
    const count = first & 0x7f
    if (count < 1 || count > 2) return undefined
    const digits = this.#bytes.subarray(this.#at + 2, this.#at + 2 + count)
    const length = digits.reduce((sum, digit) => sum * 256 + digit, 0)
    const shortest = digits.length === count && length >= (count === 1 ? 0x80 : 0x100)
    return shortest ? { start: this.#at + 2 + count, length } : undefined
  }
}

export function derElement(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0)
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return concat([Uint8Array.from(header), ...contents])
}
