const replacement = 0xfffd

/** The character that begins at `at`, and its length in bytes. What is no UTF-8 (RFC 3629) is U+FFFD, byte by byte. */
export function readCharacter(bytes: Uint8Array, at: number): { code: number; length: number } {
  const first = bytes[at] ?? 0
  if (first < 0x80) return { code: first, length: 1 }
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return { code: replacement, length: 1 }
  let code = first & (0xff >> (length + 1))
  for (let next = 1; next < length; next++) {
    const byte = bytes[at + next] ?? 0
    if ((byte & 0xc0) !== 0x80) return { code: replacement, length: 1 }
    code = (code << 6) | (byte & 0x3f)
  }
  return isValid(code, length) ? { code, length } : { code: replacement, length: 1 }
}

function isValid(code: number, length: number): boolean {
  if (length === 3) return code >= 0x800 && (code < 0xd800 || code > 0xdfff)
  return length === 2 || (code >= 0x10000 && code <= 0x10ffff)
}
