const lf = 10
const esc = 0x1b
const bel = 7

type State = 'text' | 'escape' | 'csi' | 'string' | 'string-escape' | 'skip-one'

/** CSI finals that put the cursor on another line, as editors do instead of a line end: up is never the echo of Enter. */
const newLineFinals: ReadonlySet<number> = new Set(Buffer.from('BEHdf'))

/**
 * What a console prints, without what only moves and paints: printable bytes, tabs, and LF for every way to a new line. A sequence may
 * be split anywhere.
 */
export class Printed {
  #state: State = 'text'

  /** The codes that these bytes add. */
  take(bytes: Uint8Array): number[] {
    const codes: number[] = []
    for (const byte of bytes) {
      const code = this.#step(byte)
      if (code !== undefined) codes.push(code)
    }
    return codes
  }

  #step(byte: number): number | undefined {
    switch (this.#state) {
      case 'text':
        if (byte === esc) this.#state = 'escape'
        else if (byte >= 0x20 ? byte !== 0x7f : byte === lf || byte === 9) return byte
        return undefined
      case 'escape':
        return this.#escape(byte)
      case 'csi':
        if (byte < 0x40 || byte > 0x7e) return undefined
        this.#state = 'text'
        return newLineFinals.has(byte) ? lf : undefined
      case 'skip-one':
        this.#state = 'text'
        return undefined
      case 'string':
        if (byte === bel) this.#state = 'text'
        if (byte === esc) this.#state = 'string-escape'
        return undefined
      case 'string-escape':
        this.#state = byte === esc ? 'string-escape' : 'text'
        return undefined
    }
  }

  #escape(byte: number): number | undefined {
    const letter = String.fromCharCode(byte)
    this.#state = 'text'
    if (letter === '[') this.#state = 'csi'
    else if (']PX^_k'.includes(letter)) this.#state = 'string'
    else if ('()*+#% '.includes(letter)) this.#state = 'skip-one'
    else if (byte === esc) this.#state = 'escape'
    else if ('DE'.includes(letter)) return lf
    return undefined
  }
}
