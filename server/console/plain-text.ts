/**
 * Escape sequences of ECMA-48: control sequences, control strings (also one that is not ended) and all others.
 * No part of it can be matched in two ways, so that hostile bytes cost no time.
 */
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~]?)/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g
/** What is not seen but makes the rest read otherwise: changes of direction, line ends of Unicode, characters without width, tags. */
const unseen = /[\p{Bidi_Control}\u200b\u2028\u2029\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu

const decoder = new TextDecoder('utf-8')

/** What the device printed as lines of plain text: no escape sequences, no control characters but tab and line ends, none unseen. */
export function plainText(bytes: Uint8Array): string {
  return seenText(decoder.decode(bytes).replace(escapes, ''))
}

/** Without control characters but tab and line ends, and without what is unseen. */
export function seenText(text: string): string {
  return text.replace(controls, '').replace(unseen, '')
}

/** The last line that is not blank, at most `most` characters of its beginning; empty when there is none. */
export function lastPlainLine(bytes: Uint8Array, most: number): string {
  const lines = plainText(bytes).split(/[\r\n]+/)
  const line = lines.findLast((text) => text.trim() !== '') ?? ''
  // By code points, so that no character is cut in half.
  return Array.from(
    line
      .trim()
      .replaceAll('\t', ' ')
      .slice(0, most * 2),
  )
    .slice(0, most)
    .join('')
}
