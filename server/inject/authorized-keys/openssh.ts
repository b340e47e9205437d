import { type KeyText, readKeyText } from './key-text.ts'
import type { LineMeaning } from './meaning.ts'
import { parseOptions } from './openssh-options.ts'

/**
 * What OpenSSH's sshd makes of one line: auth_check_authkey_line of auth2-pubkeyfile.c, which is checked line by line against the
 * real one in test/contract/authorized-keys. `line` is latin1 and has no line end.
 */
export function openSshMeaning(line: string): LineMeaning {
  const [text = ''] = line.split('\0', 1)
  const start = skipBlanks(text, 0)
  if (start === text.length || text[start] === '#') return { kind: 'nothing' }
  const bare = readKeyText(text, start)
  if (bare !== undefined)
    return { kind: 'key', blob: bare.blob, options: undefined, rest: text.slice(bare.end) }
  const end = pastOptions(text, start)
  if (end === undefined) return { kind: 'dead', why: 'a quote in its options is never closed' }
  const key = readKeyText(text, skipBlanks(text, end))
  if (key === undefined) return { kind: 'dead', why: 'sshd finds no key in it' }
  return withOptions(text.slice(start, end), key, text.slice(key.end))
}

function withOptions(options: string, { blob }: KeyText, rest: string): LineMeaning {
  const parsed = parseOptions(options)
  if (!parsed.ok) return { kind: 'refused', blob, options, why: parsed.why, rest }
  const { authority, expires } = parsed
  return { kind: 'key', blob, options: { text: options, authority, expires }, rest }
}

/** sshkey_advance_past_options: to the first blank outside of quotes; nothing when the line ends within them. */
function pastOptions(text: string, start: number): number | undefined {
  let quoted = false
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at]
    if (letter === '\\' && text[at + 1] === '"') at += 1
    else if (letter === '"') quoted = !quoted
    else if (!quoted && (letter === ' ' || letter === '\t')) return at
  }
  return quoted ? undefined : text.length
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (text[at] === ' ' || text[at] === '\t') at += 1
  return at
}
