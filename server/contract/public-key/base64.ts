const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values = new Int8Array(128).fill(-1)
for (let index = 0; index < alphabet.length; index += 1) values[alphabet.charCodeAt(index)] = index

export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    text += alphabet.charAt((group >> 6) & 63) + alphabet.charAt(group & 63)
  }
  const over = (3 - (bytes.length % 3)) % 3
  return over === 0 ? text : text.slice(0, -over) + '='.repeat(over)
}

/**
 * Bytes of base64 as RFC 4648 section 4 writes it, without blanks; padding may be missing altogether, because mail and web
 * forms lose it. Nothing when a character, the length or the unused bits are wrong.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const length = text.length - padding(text)
  const whole = length === text.length || text.length % 4 === 0
  if (!whole || length % 4 === 1) return undefined
  const { bytes, read, unused } = decode(text, length)
  return read === length && unused === 0 ? bytes : undefined
}

/** The bytes before the first character that base64 does not have. */
export function decodeBase64Start(text: string): Uint8Array {
  const { bytes, read } = decode(text, text.length)
  return bytes.subarray(0, Math.floor((read * 3) / 4))
}

function decode(text: string, length: number): { bytes: Uint8Array; read: number; unused: number } {
  const bytes = new Uint8Array(Math.floor((length * 3) / 4))
  let filled = 0
  let bits = 0
  let group = 0
  let read = 0
  for (; read < length; read += 1) {
    const value = values[text.charCodeAt(read)] ?? -1
    if (value < 0) break
    group = ((group << 6) | value) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[filled] = group >> bits
    filled += 1
  }
  return { bytes, read, unused: group & ((1 << bits) - 1) }
}

function padding(text: string): number {
  if (text.endsWith('==')) return 2
  return text.endsWith('=') ? 1 : 0
}

/** RFC 4648 section 5, without padding, as JSON Web Keys have it. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export function decodeBase64Url(text: string): Uint8Array | undefined {
  return /^[\w-]*$/.test(text) ? decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/')) : undefined
}
