import { decodeBase64, encodeBase64 } from './base64.ts'
import { readBlob } from './blob.ts'
import { trimBlanks, utf8Length } from './clean-text.ts'
import { readComment } from './comment.ts'
import { cutShort, notAKey } from './refusals.ts'
import { found, type KeyPolicy, type PublicKey, type Read } from './types.ts'

const first = '---- BEGIN SSH2 PUBLIC KEY ----'
const last = '---- END SSH2 PUBLIC KEY ----'
/** RFC 4716 section 3: no line may have more than 72 bytes. */
const width = 72

/** As PuTTYgen saves public keys and `ssh-keygen -e` prints them (RFC 4716). */
export function printRfc4716({ blob, comment }: PublicKey): string {
  const header = comment === '' ? [] : brokenLines(`Comment: "${comment}"`)
  return `${[first, ...header, ...(encodeBase64(blob).match(/.{1,70}/g) ?? []), last].join('\n')}\n`
}

export function readRfc4716(text: string, policy: KeyPolicy): Read<PublicKey> {
  const lines = text.split('\n')
  if (!/^-{2,8} ?END SSH2 PUBLIC KEY ?-{2,8}$/.test(trimBlanks(lines.at(-1) ?? ''))) {
    return cutShort('The last line, which ends the key, is missing.')
  }
  const { comment, body } = takeHeaders(lines.slice(1, -1))
  const joined = body.map(trimBlanks).join('')
  const blob = decodeBase64(joined)
  if (!blob) {
    return /^[A-Za-z0-9+/=]*$/.test(joined)
      ? cutShort('The base64 of the key is not complete.')
      : notAKey('The key has characters that base64 does not have.')
  }
  const read = readBlob(blob, policy)
  if (!read.ok) return read
  const clean = readComment(comment)
  return clean.ok ? found({ ...read.value, comment: clean.value }) : clean
}

/** Section 3.3: a header has a colon; while its line ends in a backslash, the next one goes on with it. */
function takeHeaders(lines: string[]): { comment: string; body: string[] } {
  let comment: string | undefined
  let at = 0
  while (lines[at]?.includes(':')) {
    const parts: string[] = []
    do {
      parts.push((lines[at] ?? '').replace(/\\$/, ''))
      at += 1
    } while (lines[at - 1]?.endsWith('\\') && at < lines.length)
    comment ??= /^comment:(.*)$/is.exec(parts.join(''))?.[1]
  }
  return { comment: unquoted(trimBlanks(comment ?? '')), body: lines.slice(at) }
}

/** Section 3.3.2: the comment may stand in quotes, which are not part of it. */
function unquoted(comment: string): string {
  return /^".*"$/s.test(comment) && comment.length > 1 ? comment.slice(1, -1) : comment
}

function brokenLines(header: string): string[] {
  const lines: string[] = []
  let line = ''
  let bytes = 0
  for (const character of header) {
    const more = utf8Length(character)
    if (bytes + more > width - 1) {
      lines.push(`${line}\\`)
      line = ''
      bytes = 0
    }
    line += character
    bytes += more
  }
  return [...lines, line]
}
