import { limits } from '../../../server/contract/limits.ts'

/** Half of what the contract allows: the gateway's credit comes back the sooner. */
const ackEvery = limits.ackEveryBytes / 2

/** Where this page stands in the console's history, and what it has to acknowledge. */
export class Flow {
  #position: number | null = null
  #acked = 0
  #parsed = 0

  /** Offset of the next byte to come; null before the first attach. */
  get position(): number | null {
    return this.#position
  }

  /** Bytes that came and are not drawn yet. */
  get behind(): number {
    return (this.#position ?? 0) - this.#parsed
  }

  /** The gateway said at which offset the next byte stands. */
  startAt(offset: number): void {
    this.#position = offset
    this.#acked = offset
    this.#parsed = offset
  }

  /** Bytes were lost: the next one stands at `to`. */
  skipTo(to: number): void {
    this.#position = to
    this.#parsed = to
  }

  /** Counts bytes that came. Returns the offset after them. */
  take(length: number): number {
    this.#position = (this.#position ?? 0) + length
    return this.#position
  }

  /** The terminal has parsed everything before `end`. Returns the offset to acknowledge, or null when it is too early. */
  parsed(end: number): number | null {
    this.#parsed = Math.max(this.#parsed, end)
    if (end - this.#acked < ackEvery) return null
    this.#acked = end
    return end
  }
}

/** Cuts what was typed or pasted into frames that the gateway takes. A character may be cut: these are bytes on a line. */
export function* inFrames(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += limits.inputFrameBytes) {
    yield bytes.subarray(at, at + limits.inputFrameBytes)
  }
}
