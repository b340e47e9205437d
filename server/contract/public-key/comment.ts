import { trimBlanks } from './clean-text.ts'
import { found, type Read, refused } from './types.ts'

/**
 * What ends a line somewhere: for Dropbear a CR does, for programs in Python (Ansible, cloud-init) U+0085, U+2028 and more, which
 * would make a second key of what follows. What turns the direction of text lets a comment look like another.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const forbidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Bidi_Control}]|\p{Surrogate}/u

/** One line of printable text without blanks around it. */
export function readComment(text: string): Read<string> {
  const comment = trimBlanks(text).replaceAll('\t', ' ')
  if (!forbidden.test(comment)) return found(comment)
  return refused(
    'control-characters',
    'The comment behind the key has control characters, which some programs take for the end of the line.',
    'Remove them, or the whole comment: all that follows the second word of the line.',
  )
}
