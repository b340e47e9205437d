/** Keys that the keyboards of phones lack. */
export type NamedKey =
  | 'Escape'
  | 'Tab'
  | 'ArrowUp'
  | 'ArrowDown'
  | 'ArrowLeft'
  | 'ArrowRight'
  | 'PageUp'
  | 'PageDown'
  | 'Home'
  | 'End'

/** Held for the next key. */
export interface Modifiers {
  ctrl: boolean
  alt: boolean
}

export const noModifiers: Modifiers = { ctrl: false, alt: false }

/** Last letter of the sequence of xterm's cursor keys (ctlseqs, "PC-Style Function Keys"). */
const cursor: Partial<Record<NamedKey, string>> = {
  ArrowUp: 'A',
  ArrowDown: 'B',
  ArrowRight: 'C',
  ArrowLeft: 'D',
  End: 'F',
  Home: 'H',
}
const numbered: Partial<Record<NamedKey, number>> = { PageUp: 5, PageDown: 6 }

/** What a terminal sends for a key. `application`: the program wants cursor keys as SS3 (DECCKM), which modifiers override. */
export function keyBytes(key: NamedKey, modifiers: Modifiers, application: boolean): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(sequence(key, modifiers, application))
}

function sequence(key: NamedKey, { ctrl, alt }: Modifiers, application: boolean): string {
  const held = 1 + (alt ? 2 : 0) + (ctrl ? 4 : 0)
  const letter = cursor[key]
  if (letter) return held > 1 ? `\u001b[1;${held}${letter}` : `\u001b${application ? 'O' : '['}${letter}`
  const number = numbered[key]
  if (number) return `\u001b[${number}${held > 1 ? `;${held}` : ''}~`
  return `${alt ? '\u001b' : ''}${key === 'Tab' ? '\t' : '\u001b'}`
}

const escapeByte = 0x1b

/** What was typed, as if Ctrl and Alt were held: a control character, an ESC before it. More than one key (a paste, a word) stays as it is. */
export function withModifiers(
  bytes: Uint8Array<ArrayBuffer>,
  { ctrl, alt }: Modifiers,
): Uint8Array<ArrayBuffer> {
  const [byte] = bytes
  if (bytes.length !== 1 || byte === undefined) return bytes
  const typed = ctrl ? controlOf(byte) : byte
  return Uint8Array.from(alt ? [escapeByte, typed] : [typed])
}

/** `@` to `~` are the control characters' own letters (ECMA-48); the blank, `/` and `?` are as xterm has them. */
function controlOf(byte: number): number {
  if (byte === 0x20) return 0
  if (byte === 0x2f) return 0x1f
  if (byte === 0x3f) return 0x7f
  return byte >= 0x40 && byte < 0x7f ? byte & 0x1f : byte
}
