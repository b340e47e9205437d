/** What takes no place of its own on a screen, and joins the character before: marks, joiners, the vowels of Hangul. */
const unseen = /[\p{M}\p{Cf}\u1160-\u11ff]/u

/** Whether a code point adds to the character before it instead of standing for itself. */
export function isUnseen(code: number): boolean {
  if (code < 0x300 || (code >= 0x3400 && code <= 0xd7a3)) return false
  return unseen.test(String.fromCodePoint(code))
}
