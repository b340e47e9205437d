import { iac } from './codes.ts'

const cr = 13
const nul = 0

/**
 * Data as it goes over the wire: 0xFF is doubled, and outside BINARY a CR is followed by NUL (RFC 854: "the sequence CR NUL must
 * be used where a carriage return alone is actually desired"). That holds for the CR of a typed CR LF as well: CR LF is one thing,
 * "newline", which the far end may turn into another, and here each byte is to arrive as itself.
 */
export function encodeData(bytes: Uint8Array, binary: boolean): Uint8Array {
  let extra = 0
  for (const byte of bytes) if (byte === iac || (byte === cr && !binary)) extra += 1
  if (extra === 0) return bytes
  const wire = Buffer.allocUnsafe(bytes.length + extra)
  let at = 0
  for (const byte of bytes) {
    wire[at++] = byte
    if (byte === iac) wire[at++] = iac
    else if (byte === cr && !binary) wire[at++] = nul
  }
  return wire
}

/** Takes the NUL after a CR out of data that is not BINARY, across chunks. All else, CR LF too, is left as it is. */
export class NewlineReader {
  #afterCr = false

  read(bytes: Uint8Array, binary: boolean): Uint8Array {
    if (binary) {
      this.#afterCr = false
      return bytes
    }
    const kept = bytes.filter((byte, index) => {
      const before = index === 0 ? (this.#afterCr ? cr : undefined) : bytes[index - 1]
      return byte !== nul || before !== cr
    })
    if (bytes.length > 0) this.#afterCr = bytes[bytes.length - 1] === cr
    return kept.length === bytes.length ? bytes : kept
  }
}
