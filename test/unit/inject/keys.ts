import { createHash } from 'node:crypto'
import { encodeBase64 } from '../../../server/contract/public-key/base64.ts'
import { concat, wireName, wireString } from '../../../server/contract/public-key/wire.ts'

export interface NamedKey {
  type: string
  blob: Uint8Array
  /** Its base64. */
  text: string
}

/** A key of the form of Ed25519 that nobody holds, always the same for a name. */
export function keyNamed(name: string): NamedKey {
  const point = createHash('sha256').update(name).digest()
  const blob = concat([wireName('ssh-ed25519'), wireString(point)])
  return { type: 'ssh-ed25519', blob, text: encodeBase64(blob) }
}
