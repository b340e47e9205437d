/** A list of listeners of one kind of event, without node's EventEmitter and its string names. */
export class Signal<T> {
  readonly #listeners = new Set<(value: T) => void>()

  /** Returns what ends the listening. */
  listen(listener: (value: T) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) listener(value)
  }

  get size(): number {
    return this.#listeners.size
  }
}
