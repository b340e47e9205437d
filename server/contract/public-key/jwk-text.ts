import { trimBlanks } from './clean-text.ts'

/**
 * Each JSON Web Key of a text that is JSON as a text of its own: one key, a list of keys, or a set (RFC 7517 section 5).
 * Nothing when the text is not JSON of that kind.
 */
export function listJwks(text: string): string[] | undefined {
  if (!/^[{[]/.test(trimBlanks(text).slice(0, 1))) return undefined
  const value = parseJson(text)
  const keys = Array.isArray(value)
    ? value
    : isRecord(value) && Array.isArray(value.keys)
      ? value.keys
      : [value]
  return keys.length > 0 && keys.every(isRecord) ? keys.map(publicMembers) : undefined
}

const members = ['kty', 'crv', 'n', 'e', 'x', 'y', 'kid']

/** What a public key has, and nothing else: the rest may be as deep as the text is long. */
function publicMembers(key: Record<string, unknown>): string {
  return JSON.stringify(Object.fromEntries(members.map((name) => [name, textMember(key[name])])))
}

function textMember(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
