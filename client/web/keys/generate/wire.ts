import { joinBytes } from '../../parts/join-bytes.ts'

/** What an SSH key file is made of (RFC 4251 section 5). */

type Bytes = Uint8Array<ArrayBuffer>

const utf8 = new TextEncoder()

export const join = (...parts: readonly Uint8Array[]): Bytes => joinBytes(parts)

export function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** Length, then content; text as UTF-8. */
export function sshString(content: string | Uint8Array): Bytes {
  const bytes = typeof content === 'string' ? utf8.encode(content) : content
  return join(uint32(bytes.length), bytes)
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Text cut into lines of a length. */
export function lines(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, line) =>
    text.slice(line * length, (line + 1) * length),
  )
}
