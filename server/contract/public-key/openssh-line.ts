import { decodeBase64, decodeBase64Start, encodeBase64 } from './base64.ts'
import { readBlob } from './blob.ts'
import { trimBlanks } from './clean-text.ts'
import { readComment } from './comment.ts'
import { ssh1Key } from './pieces.ts'
import { cutShort, mismatch, notAKey } from './refusals.ts'
import { found, type KeyPolicy, type KeyType, keyTypes, type PublicKey, type Read, refused } from './types.ts'
import { looksLikeType, unsupported, unsupportedType } from './unsupported.ts'
import { WireReader } from './wire.ts'

/** How many fields follow one another in the blob of each type, its name included. */
const fields: Record<KeyType, number> = {
  'ssh-rsa': 3,
  'ssh-ed25519': 2,
  'sk-ssh-ed25519@openssh.com': 3,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'sk-ecdsa-sha2-nistp256@openssh.com': 4,
  'ssh-mldsa44-ed25519@openssh.com': 2,
}

/** The line of a .pub file: type, key in base64, comment. */
export function printOpenSshLine({ type, blob, comment }: PublicKey): string {
  return `${type} ${encodeBase64(blob)}${comment === '' ? '' : ` ${comment}`}`
}

/** The same, also when a mail program has broken it into lines. */
export function readOpenSshLine(text: string, policy: KeyPolicy): Read<PublicKey> {
  const trimmed = trimBlanks(text)
  const [label = ''] = trimmed.split(/[ \t\n]/, 1)
  const refusal = refuseLabel(label, trimmed)
  if (refusal) return refusal
  const parts = gather(trimmed.slice(label.length))
  if (!parts.ok) return parts
  const { blob, comment } = parts.value
  const name = new WireReader(blob).name()
  if (name !== undefined && name !== label && looksLikeType(name)) {
    return mismatch(`The line says ${label}, but the key in it is of another type.`)
  }
  const read = readBlob(blob, policy)
  if (!read.ok) return read
  const clean = readComment(comment)
  return clean.ok ? found({ ...read.value, comment: clean.value }) : clean
}

function refuseLabel(label: string, line: string) {
  if (keyTypes.some((type) => type === label)) return undefined
  if (looksLikeType(label)) return unsupported(label)
  if (ssh1Key.test(line)) {
    return unsupportedType('This is a key for version 1 of SSH, which no server speaks any more.')
  }
  return refused(
    'options-prefixed',
    'Something stands before the key: options as in authorized_keys, or the name of a host.',
    'Paste the key alone, from the word that names its type (like ssh-ed25519). A portal key has no options.',
  )
}

/** Puts the base64 of the lines together until the key is complete by its own count; what follows is the comment. */
function gather(text: string): Read<{ blob: Uint8Array; comment: string }> {
  const lines = text
    .replace(/\n[ \t]*=/g, '=')
    .split('\n')
    .map(trimBlanks)
    .filter((line) => line !== '')
  const heads: string[] = []
  for (const line of lines) {
    const [head = ''] = line.split(/[ \t]/, 1)
    heads.push(head)
    if (head !== line) break
  }
  const [first] = heads
  if (first === undefined) return cutShort('After the type, the key itself is missing.')
  const { blob, used } = joinedBlob(heads) ?? { blob: decodeBase64(first), used: 1 }
  if (!blob) return damaged(first)
  const comment = commentBehind(lines, used, heads[used - 1] ?? '')
  return comment === undefined ? notAKey('Behind the key there is more text.') : found({ blob, comment })
}

/** What follows the last head of the key: on its line, or on the next; on both when a program has broken the lines. */
function commentBehind(lines: string[], used: number, head: string): string | undefined {
  const [last = '', next = '', ...more] = lines.slice(used - 1)
  const tail = last.slice(head.length)
  if (more.length > 0 || (tail !== '' && next !== '' && used === 1)) return undefined
  const cutWithinWord = last.length === lines[used - 2]?.length
  return `${tail}${cutWithinWord ? '' : ' '}${next}`
}

/** The first so many heads that are exactly one blob. */
function joinedBlob(heads: string[]): { blob: Uint8Array; used: number } | undefined {
  const joined = heads.map(withoutPadding).join('')
  const characters = blobCharacters(joined)
  let sum = 0
  for (const [index, head] of heads.entries()) {
    const bare = withoutPadding(head).length
    sum += bare
    if (sum !== characters) continue
    const blob = decodeBase64(joined.slice(0, sum) + head.slice(bare))
    return blob && { blob, used: index + 1 }
  }
  return undefined
}

function withoutPadding(head: string): string {
  return head.replace(/={1,2}$/, '')
}

/** How many characters of base64 the blob at the start takes; nothing when it does not end within the text. */
function blobCharacters(base64: string): number | undefined {
  const bytes = decodeBase64Start(base64)
  const reader = new WireReader(bytes)
  const name = reader.name()
  const type = keyTypes.find((known) => known === name)
  if (!type) return undefined
  for (let field = 1; field < fields[type]; field += 1) if (!reader.string()) return undefined
  return Math.ceil(((bytes.length - reader.left) * 4) / 3)
}

function damaged(head: string) {
  if (/(?:ssh|ecdsa-sha2)-/.test(head)) {
    return refused(
      'multiple-keys',
      'Two keys are stuck together without a line end.',
      'Add each key on its own.',
    )
  }
  return /[^A-Za-z0-9+/=]/.test(head)
    ? notAKey('The key has characters that base64 does not have.')
    : cutShort('The base64 of the key is not complete.')
}
