/** A text of the device (latin1, a character for each byte) as people may see it: UTF-8, in one line, without what is not printable. */
export function deviceText(text: string, most = 300): string {
  return Buffer.from(text, 'latin1')
    .toString()
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ')
    .trim()
    .slice(0, most)
}
