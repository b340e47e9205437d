/** Characters of the shell's text that a line has room for, between the name of the variable and the quotes. */
const roomOfLine = 120

/**
 * Lines of shell that put bytes into a variable, as printf %b takes them. What stands between the quotes is letters, digits and a few
 * marks that mean nothing to any shell; all else is octal.
 */
export function printfLines(name: string, bytes: Uint8Array): string[] {
  const lines = [`${name}=`]
  let held = ''
  for (const byte of bytes) {
    const text = plain.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `\\0${byte.toString(8).padStart(3, '0')}`
    if (held.length + text.length > roomOfLine) {
      lines.push(`${name}=$${name}'${held}'`)
      held = ''
    }
    held += text
  }
  if (held !== '') lines.push(`${name}=$${name}'${held}'`)
  return lines
}

const plain = /[A-Za-z0-9+/=@._ -]/
