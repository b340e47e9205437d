import { randomInt } from 'node:crypto'
import { Secret } from '../base/secret.ts'

/**
 * Lower-case letters that are typed by the same keys on QWERTY, QWERTZ and AZERTY: without a, m, q, w, y and z. No digits, which AZERTY
 * has behind Shift, and no signs, which are elsewhere on each. Somebody may have to type this at a console that thinks of another keyboard.
 */
const letters = 'bcdefghijklnoprstuvx'
/** 24 of 20 letters are 103 bits. */
const length = 24

/** A root password that nobody has to like, only to type. */
export function generateRootPassword(): Secret {
  return new Secret(Array.from({ length }, () => letters[randomInt(letters.length)]).join(''))
}
