import { limits } from '../contract/limits.ts'

/** A rate is looked at over this time at least, so that one ack that came late or early does not count for much, ms. */
const measureMs = limits.creditMs / 2

/** Which bytes of a stream with holes were handed on but not acknowledged. Positions are absolute offsets. */
export class Credit {
  readonly #least: number
  readonly #most: number
  #window: number
  #acked: number
  #holes: { from: number; to: number }[] = []
  /** Bytes acknowledged since `#since`, monotonic ms. */
  #read = 0
  #since: number | undefined

  /** `least` bytes may be in flight, and what the viewer reads in `limits.creditMs` up to `most`. */
  constructor({ least, most, position }: { least: number; most: number; position: number }) {
    this.#least = least
    this.#most = most
    this.#window = least
    this.#acked = position
  }

  /** It reads at least twice as fast as the least window is for. */
  get fast(): boolean {
    return this.#window >= 2 * this.#least
  }

  /** Bytes that may still be handed on at `position`. */
  room(position: number): number {
    const skipped = this.#holes.reduce((sum, { from, to }) => sum + to - from, 0)
    return this.#window - (position - this.#acked - skipped)
  }

  /** The stream went on at `to` without the bytes from `from`. */
  skip(from: number, to: number): void {
    if (to > from) this.#holes.push({ from, to })
  }

  /** Everything before `offset` is parsed. What was never handed on cannot be. */
  ack(offset: number, position: number, now: number): void {
    const before = this.#acked
    const acked = Math.max(before, Math.min(offset, position))
    const inside = this.#holes.find(({ from, to }) => acked > from && acked < to)
    this.#acked = inside?.to ?? acked
    const passed = this.#holes.filter(({ from }) => from < this.#acked)
    if (passed.length > 0) this.#holes = this.#holes.filter(({ from }) => from >= this.#acked)
    const skipped = passed.reduce((sum, { from, to }) => sum + to - from, 0)
    this.#measure(this.#acked - before - skipped, now)
  }

  /** Begins anew at `position`. */
  reset(position: number): void {
    this.#acked = position
    this.#holes = []
    this.#window = this.#least
    this.#since = undefined
  }

  #measure(bytes: number, now: number): void {
    this.#since ??= now
    this.#read += bytes
    const took = now - this.#since
    if (took < measureMs) return
    const wanted = Math.floor((this.#read * limits.creditMs) / took)
    this.#window = Math.max(this.#least, Math.min(this.#most, wanted))
    this.#since = now
    this.#read = 0
  }
}
