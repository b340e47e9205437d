import { createHash } from 'node:crypto'

/** As `ssh-keygen -lf` prints it. With Node's own hash: this program must run from a clone alone, without packages. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}
