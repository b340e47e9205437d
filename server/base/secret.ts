import { inspect } from 'node:util'

const hidden = '[secret]'

/**
 * A value that must not be printed: password, private key, token. It prints as `[secret]` in string, JSON and inspect, so that
 * a log line or an error that catches it by accident says nothing. `reveal()` is searched for in reviews.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return hidden
  }

  toJSON(): string {
    return hidden
  }

  [inspect.custom](): string {
    return hidden
  }
}
