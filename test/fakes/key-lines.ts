import { createHash, generateKeyPairSync } from 'node:crypto'

/** A new Ed25519 key as the line of a .pub file (RFC 8709 section 4). */
export function keyLine(comment = ''): string {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.from(x ?? '', 'base64url'))])
  return `ssh-ed25519 ${blob.toString('base64')}${comment === '' ? '' : ` ${comment}`}`
}

/** As `ssh-keygen -lf` prints it. */
export function fingerprintOf(line: string): string {
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64')
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`
}

function wireString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
