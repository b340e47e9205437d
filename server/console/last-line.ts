import type { History } from './history/history.ts'
import { lastPlainLine } from './plain-text.ts'

const lineLength = 200
/** Where the last line is looked for: a few screens. */
const searchBytes = 4096

/** The last line that a console printed, worked out when somebody asks: never on the way of the bytes. */
export class LastLine {
  #line = ''
  /** End of history when it was worked out. */
  #at = -1

  of(history: History | undefined): string {
    if (history === undefined || history.end === this.#at) return this.#line
    this.#at = history.end
    const line = lastPlainLine(history.tail(searchBytes), lineLength)
    if (line !== '') this.#line = line
    return this.#line
  }

  /** Reads it from disk, for a console that has printed nothing since the gateway started. */
  async recall(history: History): Promise<void> {
    const { end } = history
    const slice = await history.read(undefined, searchBytes)
    // What was printed meanwhile is newer.
    if (slice.kind === 'bytes' && this.#at <= end) this.#line = lastPlainLine(slice.bytes, lineLength)
  }
}
