/**
 * What is typed, so that ipmitool passes it on unchanged. Its escape character counts at the beginning of a line only (the session's
 * first byte, and after CR or LF); there it is doubled. Nothing switches it off.
 */
export class EscapeCodec {
  /**
   * The escape character as an argument for `ipmitool -e`, which takes the first byte of its UTF-8. That one (F4) begins characters of
   * plane 16 only, so hardly anything typed needs doubling.
   */
  static readonly argument = '\u{100000}'
  #atLineStart = true

  /** Whether ipmitool would take an escape sequence now. */
  get atLineStart(): boolean {
    return this.#atLineStart
  }

  encode(bytes: Uint8Array): Uint8Array {
    if (!bytes.includes(escapeByte)) {
      if (bytes.length > 0) this.#atLineStart = endsLine(bytes.at(-1))
      return bytes
    }
    const encoded: number[] = []
    for (const byte of bytes) {
      if (this.#atLineStart && byte === escapeByte) encoded.push(escapeByte)
      encoded.push(byte)
      this.#atLineStart = endsLine(byte)
    }
    return Uint8Array.from(encoded)
  }
}

/** The bytes that make ipmitool send a BREAK, at the beginning of a line; it still is one afterwards. */
export const breakSequence: Uint8Array = Uint8Array.of(0xf4, 0x42)

const escapeByte = 0xf4
const endsLine = (byte: number | undefined): boolean => byte === 0x0d || byte === 0x0a
