/** Which bytes of a stream with holes were handed on but not acknowledged. Positions are absolute offsets. */
export class Credit {
  readonly #most: number
  #acked: number
  #holes: { from: number; to: number }[] = []

  constructor(most: number, position: number) {
    this.#most = most
    this.#acked = position
  }

  /** Bytes that may still be handed on at `position`. */
  room(position: number): number {
    const skipped = this.#holes.reduce((sum, { from, to }) => sum + to - from, 0)
    return this.#most - (position - this.#acked - skipped)
  }

  /** The stream went on at `to` without the bytes from `from`. */
  skip(from: number, to: number): void {
    if (to > from) this.#holes.push({ from, to })
  }

  /** Everything before `offset` is parsed. What was never handed on cannot be. */
  ack(offset: number, position: number): void {
    const acked = Math.max(this.#acked, Math.min(offset, position))
    const inside = this.#holes.find(({ from, to }) => acked > from && acked < to)
    this.#acked = inside?.to ?? acked
    this.#holes = this.#holes.filter(({ from }) => from >= this.#acked)
  }

  /** Begins anew at `position`. */
  reset(position: number): void {
    this.#acked = position
    this.#holes = []
  }
}
