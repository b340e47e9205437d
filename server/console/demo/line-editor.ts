const cr = 13
const lf = 10
const backspace = 8
const del = 127
const lineLimit = 256

/** What a byte typed at a login prompt comes to: bytes to echo, and the line once it is complete. */
export interface Typed {
  echo: string
  line?: string
}

/** The little editing that getty(8) does: echo, erase, kill (^U), and start over (^C, ^D). */
export class LineEditor {
  #bytes: number[] = []
  #afterCr = false

  /** `hidden` is for passwords: nothing is echoed but the end of the line. */
  type(byte: number, hidden: boolean): Typed {
    const pairedLf = this.#afterCr && byte === lf
    this.#afterCr = byte === cr
    if (pairedLf) return { echo: '' }
    if (byte === cr || byte === lf) return { echo: '\r\n', line: this.#take() }
    if (byte === 3 || byte === 4) {
      this.#bytes = []
      return { echo: '\r\n', line: '' }
    }
    const echo = this.#edit(byte)
    return { echo: hidden ? '' : echo }
  }

  #take(): string {
    const line = Buffer.from(this.#bytes).toString('utf8')
    this.#bytes = []
    return line
  }

  #edit(byte: number): string {
    if (byte === backspace || byte === del) return this.#erase()
    if (byte === 21) {
      let echo = ''
      while (this.#bytes.length > 0) echo += this.#erase()
      return echo
    }
    if (byte < 32 || this.#bytes.length >= lineLimit) return ''
    this.#bytes.push(byte)
    return String.fromCharCode(byte)
  }

  #erase(): string {
    const last = this.#bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80)
    if (last < 0) return ''
    this.#bytes.length = last
    return '\b \b'
  }
}
