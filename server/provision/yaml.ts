/** A text as a double-quoted scalar of YAML 1.1 and 1.2: ASCII, whatever is in it, so that nothing can end it or begin something new. */
export function quoted(text: string): string {
  return `"${Array.from(text, escaped).join('')}"`
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (character === '"' || character === '\\') return `\\${character}`
  if (code >= 0x20 && code <= 0x7e) return character
  if (code <= 0xff) return `\\x${hex(code, 2)}`
  // PyYAML makes two halves of a pair of \u, which Python then cannot print.
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
