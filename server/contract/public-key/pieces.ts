import { trimBlanks } from './clean-text.ts'
import { listJwks } from './jwk-text.ts'
import { looksLikeType } from './unsupported.ts'

/** One thing of a paste that could be a key, by its outside alone. `other` is everything that is none. */
export interface Piece {
  kind: 'openssh' | 'rfc4716' | 'pem' | 'jwk' | 'ppk' | 'other'
  text: string
}

const begin = /^-{2,8} ?BEGIN ([A-Z0-9 ]{1,60})-{2,8}$/
const end = /^-{2,8} ?END [A-Z0-9 ]{1,60}-{2,8}$/

/** Takes a clean text apart. Comment lines and blank lines are left out. */
export function piecesOf(text: string): Piece[] {
  const jwks = listJwks(text)
  if (jwks) return jwks.map((jwk) => ({ kind: 'jwk', text: jwk }))
  const pieces: { kind: Piece['kind']; lines: string[] }[] = []
  let open: (typeof pieces)[number] | undefined
  for (const line of text.split('\n')) {
    const inside = open && isInside(open.kind, line)
    if (!inside) open = undefined
    const kind = inside ? undefined : kindOf(line)
    if (kind) {
      open = { kind, lines: [] }
      pieces.push(open)
    }
    open?.lines.push(line)
    if (open && isLast(open.kind, line)) open = undefined
  }
  return pieces.map(({ kind, lines }) => ({ kind, text: lines.join('\n') }))
}

/** What a line begins; nothing if it is blank or a comment. */
function kindOf(line: string): Piece['kind'] | undefined {
  const trimmed = trimBlanks(line)
  if (trimmed === '' || trimmed.startsWith('#')) return undefined
  const label = begin.exec(trimmed)?.[1]
  if (label !== undefined) return label.startsWith('SSH2 ') ? 'rfc4716' : 'pem'
  if (trimmed.startsWith('PuTTY-User-Key-File-')) return 'ppk'
  return beginsOpenSsh(trimmed) ? 'openssh' : 'other'
}

/** Whether a line goes on with what the lines before it began. */
function isInside(kind: Piece['kind'], line: string): boolean {
  const trimmed = trimBlanks(line)
  if (kind === 'ppk') return true
  if (kind === 'pem' || kind === 'rfc4716') return !begin.test(trimmed)
  return kindOf(trimmed) === 'other'
}

function isLast(kind: Piece['kind'], line: string): boolean {
  if (kind === 'ppk') return /^Private-(?:MAC|Hash):/.test(line)
  return (kind === 'pem' || kind === 'rfc4716') && end.test(trimBlanks(line))
}

/** A type first, or something before a type and its key; or a key of SSH-1: bits, exponent and modulus in digits. */
function beginsOpenSsh(line: string): boolean {
  if (!line.includes('-')) return ssh1Key.test(line)
  const [first = ''] = line.split(/[ \t]/, 1)
  return looksLikeType(first) || typeInside.test(line)
}

const typeInside = /[ \t,"](?:sk-)?(?:ssh|ecdsa-sha2)-[\w@.-]{2,60}[ \t]{1,20}AAAA/
export const ssh1Key = /^\d{3,5} \d{1,10} \d{100}/
