/** Counts what each user has under way, so that nobody has the gateway do very much of it at the same time. */
export class AtOnce {
  readonly #most: number
  readonly #refusal: () => Error
  readonly #running = new Map<string, number>()

  constructor(most: number, refusal: () => Error) {
    this.#most = most
    this.#refusal = refusal
  }

  /** Throws the refusal at once when the user has the most under way. */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(userId) ?? 0
    if (running >= this.#most) throw this.#refusal()
    this.#running.set(userId, running + 1)
    try {
      return await work()
    } finally {
      this.#leave(userId)
    }
  }

  #leave(userId: string): void {
    const left = (this.#running.get(userId) ?? 0) - 1
    if (left > 0) this.#running.set(userId, left)
    else this.#running.delete(userId)
  }
}
