import type { Gap } from '../../contract/console.ts'
import { gapWords } from './gap-words.ts'

export interface CastHeader {
  size: { rows: number; cols: number }
  /** Wall time of the first byte, ms. */
  startedAt: number
  title: string
}

/** Writes asciicast version 2 (docs.asciinema.org/manual/asciicast/v2): a header and an event per line, times in seconds. */
export class Asciicast {
  readonly #startedAt: number
  /** Characters may be cut where chunks are. What is not UTF-8 becomes U+FFFD: JSON has no bytes. */
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #at: number

  constructor({ startedAt }: Pick<CastHeader, 'startedAt'>) {
    this.#startedAt = startedAt
    this.#at = startedAt
  }

  header({ size, startedAt, title }: CastHeader): string {
    const { rows: height, cols: width } = size
    const env = { TERM: 'xterm-256color' }
    return line({ version: 2, width, height, timestamp: Math.floor(startedAt / 1000), title, env })
  }

  /** `at`: wall time, ms; undefined: as before. */
  output(bytes: Uint8Array, at?: number): string {
    const text = this.#decoder.decode(bytes, { stream: true })
    const seconds = this.#seconds(at)
    return text === '' ? '' : line([seconds, 'o', text])
  }

  gap(gap: Gap): string {
    return line([this.#seconds(gap.startedAt), 'm', gapWords(gap)])
  }

  end(): string {
    const text = this.#decoder.decode()
    return text === '' ? '' : line([this.#seconds(), 'o', text])
  }

  /** Never back: a clock that was set back makes a pause of nothing. */
  #seconds(at = this.#at): number {
    this.#at = Math.max(this.#at, at)
    return (this.#at - this.#startedAt) / 1000
  }
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`
