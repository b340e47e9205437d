/** What one hash costs: argon2id's m (KiB), t and p of RFC 9106 section 3.1. */
export interface PasswordCost {
  memoryKiB: number
  passes: number
  parallelism: number
}

/** A password hash as the PHC string format names it: `$argon2id$v=19$m=65536,t=3,p=1$salt$tag`, both base64 without padding. */
export interface Phc {
  cost: PasswordCost
  salt: Buffer
  tag: Buffer
}

export function formatPhc({ cost, salt, tag }: Phc): string {
  const { memoryKiB, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Undefined for what this gateway would not have written. */
export function parsePhc(text: string): Phc | undefined {
  const match = shape.exec(text)
  if (match === null) return undefined
  const [, m, t, p, salt = '', tag = ''] = match
  return {
    cost: { memoryKiB: Number(m), passes: Number(t), parallelism: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

// 22 and 43 characters are 16 and 32 bytes. Seven digits of KiB are 10 GB: a damaged row must not ask for more than there is.
const shape =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
