/** Something that holds a timer, socket, child or file and gives it back. Closing twice does nothing more. */
export interface Closable {
  close(): Promise<void>
}

/** Owns closables and closes them in reverse order of adding, each even if another fails. */
export class Closer implements Closable {
  readonly #parts: (() => void | Promise<void>)[] = []
  #closed: Promise<void> | undefined

  add(close: () => void | Promise<void>): void {
    this.#parts.push(close)
  }

  own<T extends Closable>(part: T): T {
    this.add(() => part.close())
    return part
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll()
    return this.#closed
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (const close of this.#parts.reverse()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed.')
  }
}
