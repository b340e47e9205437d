import { md5 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { encodeBase64 } from './base64.ts'
import type { KeyType, PublicKey } from './types.ts'

/** As `ssh-keygen -lf` prints it: `SHA256:` and base64 without padding. */
export function sha256Fingerprint(blob: Uint8Array): string {
  return `SHA256:${encodeBase64(sha256(blob)).replaceAll('=', '')}`
}

/** As `ssh-keygen -lf -E md5` prints it: `MD5:` and pairs of hexadecimal digits. */
export function md5Fingerprint(blob: Uint8Array): string {
  return `MD5:${Array.from(md5(blob), (byte) => byte.toString(16).padStart(2, '0')).join(':')}`
}

/** The word in brackets of `ssh-keygen -lf`. */
export const typeWords: Record<KeyType, string> = {
  'ssh-ed25519': 'ED25519',
  'ecdsa-sha2-nistp256': 'ECDSA',
  'ecdsa-sha2-nistp384': 'ECDSA',
  'ecdsa-sha2-nistp521': 'ECDSA',
  'ssh-rsa': 'RSA',
  'sk-ssh-ed25519@openssh.com': 'ED25519-SK',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'ECDSA-SK',
  'ssh-mldsa44-ed25519@openssh.com': 'MLDSA44-ED25519',
}

/** The line that `ssh-keygen -lf` prints. */
export function keygenLine({ type, blob, comment, bits }: PublicKey): string {
  return `${bits} ${sha256Fingerprint(blob)} ${comment || 'no comment'} (${typeWords[type]})`
}
