/** Characters that mail, web pages and word processors slip in, and nobody sees. */
const unseen = /[\u00ad\u200b-\u200d\u2060\ufeff]/g
const oddSpaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g

/** The same text with plain blanks and line ends, and whether anything but those ends and a byte order mark was put right. */
export function cleanText(text: string): { text: string; mended: boolean } {
  const narrow = withoutUtf16(text).replace(/^\ufeff/, '')
  const visible = narrow.replace(unseen, '').replace(oddSpaces, ' ')
  return { text: visible.replaceAll('\r\n', '\n'), mended: visible !== text.replace(/^\ufeff/, '') }
}

/** A file in UTF-16, which PowerShell's > writes, is full of zeros when it was read as something else. */
function withoutUtf16(text: string): string {
  const zeros = text.split('\0').length - 1
  return zeros * 3 > text.length
    ? text.replaceAll('\0', '').replace(/^(?:\ufffd|\u00ff\u00fe|\u00fe\u00ff)+/, '')
    : text
}

/** Text of a file's bytes: UTF-8, or UTF-16 when a byte order mark says so. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return utf16(bytes, 0)
  if (first === 0xfe && second === 0xff) return utf16(bytes, 1)
  return utf8(bytes)
}

function utf16(bytes: Uint8Array, high: 0 | 1): string {
  let text = ''
  for (let at = 2; at + 1 < bytes.length; at += 2) {
    const [a = 0, b = 0] = bytes.subarray(at, at + 2)
    text += String.fromCharCode(high === 0 ? a | (b << 8) : (a << 8) | b)
  }
  return text
}

/** The contract has no TextDecoder. What is not UTF-8 becomes U+FFFD, byte by byte. */
function utf8(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const end = endOfAscii(bytes, at)
    if (end > at) {
      text += String.fromCharCode(...bytes.subarray(at, end))
      at = end
    } else {
      const { code, length } = sequenceAt(bytes, at)
      text += String.fromCodePoint(code)
      at += length
    }
  }
  return text
}

/** At most as far as a call may have arguments. */
function endOfAscii(bytes: Uint8Array, start: number): number {
  const most = Math.min(bytes.length, start + 4096)
  let end = start
  while (end < most && (bytes[end] ?? 0) < 0x80) end += 1
  return end
}

const smallest = [0, 0x80, 0x800, 0x10000]
const unknown = { code: 0xfffd, length: 1 }

function sequenceAt(bytes: Uint8Array, at: number): { code: number; length: number } {
  const first = bytes[at] ?? 0
  const following = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf8 ? 3 : 0
  let code = first & (0x3f >> following)
  for (let next = at + 1; next <= at + following; next += 1) {
    const byte = bytes[next] ?? 0
    if ((byte & 0xc0) !== 0x80) return unknown
    code = (code << 6) | (byte & 0x3f)
  }
  const known = code >= (smallest[following] ?? 0) && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return following > 0 && known ? { code, length: following + 1 } : unknown
}

/** Bytes that a text has as UTF-8. */
export function utf8Length(text: string): number {
  let length = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return length
}

/** Without the blanks and line ends around it. String.trim would take more: what it takes must not be overlooked in a key. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a
}
