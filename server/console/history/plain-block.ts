import { isAscii, isUtf8 } from 'node:buffer'
import { afterRemoved, removed } from './plain-line.ts'

/** The plain text of many lines, and where its characters stand among what was printed. */
export class PlainBlock {
  readonly text: string
  /** What is left goes on at these places: in the plain bytes, and as it was printed. */
  readonly #plainAt: number[]
  readonly #rawAt: number[]
  readonly #ascii: boolean
  /** The last character asked for, and its byte: they are asked for in their order. */
  #known = { index: 0, byte: 0 }

  private constructor(bytes: Buffer, plainAt: number[], rawAt: number[]) {
    this.#ascii = isAscii(bytes)
    this.text = this.#ascii ? bytes.toString('latin1') : bytes.toString()
    this.#plainAt = plainAt
    this.#rawAt = rawAt
  }

  /** Undefined when it is not UTF-8. */
  static of(block: Buffer): PlainBlock | undefined {
    const plainAt = [0]
    const rawAt = [0]
    const plain = Buffer.allocUnsafe(block.length)
    let length = 0
    let from = 0
    for (const at of removedIn(block)) {
      if (at < from) continue
      length += block.copy(plain, length, from, at)
      from = afterRemoved(block, at)
      plainAt.push(length)
      rawAt.push(from)
    }
    length += block.copy(plain, length, from)
    const bytes = plain.subarray(0, length)
    return isUtf8(bytes) ? new PlainBlock(bytes, plainAt, rawAt) : undefined
  }

  /** Where the character at `index` was printed; to be asked in ascending order. */
  rawAt(index: number): number {
    const byte = this.#byteAt(index)
    let low = 0
    let high = this.#plainAt.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#plainAt[middle] ?? 0) <= byte) low = middle
      else high = middle
    }
    return (this.#rawAt[low] ?? 0) + byte - (this.#plainAt[low] ?? 0)
  }

  #byteAt(index: number): number {
    if (this.#ascii) return index
    const { index: before, byte } = this.#known
    this.#known = { index, byte: byte + Buffer.byteLength(this.text.slice(before, index)) }
    return this.#known.byte
  }
}

/** Where bytes stand that are taken out, in their order. */
function removedIn(block: Buffer): Iterable<number> {
  const present = removed.filter((byte) => block.includes(byte))
  const [only] = present
  if (only === undefined) return []
  return present.length === 1 ? placesOf(block, only) : placesOfAny(block, new Set(present))
}

function* placesOf(block: Buffer, byte: number): Generator<number> {
  for (let at = block.indexOf(byte); at >= 0; at = block.indexOf(byte, at + 1)) yield at
}

function* placesOfAny(block: Buffer, wanted: ReadonlySet<number>): Generator<number> {
  for (const [at, byte] of block.entries()) if (wanted.has(byte)) yield at
}
