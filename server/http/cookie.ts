import type { IncomingMessage } from 'node:http'

/**
 * The session cookie. Behind https it takes the `__Host-` prefix (RFC 6265bis section 4.1.3.2), which ties it to this host,
 * to https and to the whole path.
 */
export interface SessionCookie {
  read(request: IncomingMessage): string | undefined
  /** Value of a Set-Cookie header; null ends the cookie. */
  write(value: string | null, maxAgeSeconds: number): string
}

export function sessionCookie(https: boolean): SessionCookie {
  const name = https ? '__Host-lifeline' : 'lifeline'
  const attributes = `Path=/; HttpOnly; SameSite=Strict${https ? '; Secure' : ''}`
  return {
    read(request) {
      const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
      return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
    },
    write: (value, maxAgeSeconds) =>
      value === null
        ? `${name}=; Max-Age=0; ${attributes}`
        : `${name}=${value}; Max-Age=${maxAgeSeconds}; ${attributes}`,
  }
}

/** The token of an `Authorization: Bearer` header (RFC 6750 section 2.1). */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1]
}
