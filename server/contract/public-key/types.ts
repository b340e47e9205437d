/** Types that a portal key may have: RFC 4253 6.6, RFC 5656, RFC 8709, OpenSSH's PROTOCOL.u2f, draft-miller-sshm-composite-sigs. */
export const keyTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-mldsa44-ed25519@openssh.com',
] as const
export type KeyType = (typeof keyTypes)[number]

export const curves = ['nistp256', 'nistp384', 'nistp521', 'ed25519'] as const
export type Curve = (typeof curves)[number]

/** One public key, proved well formed to its last byte. Two keys are the same key when their blobs are equal. */
export interface PublicKey {
  type: KeyType
  /** The wire form that servers compare, type included. */
  blob: Uint8Array
  /** One line of printable text, or empty. */
  comment: string
  /** As `ssh-keygen -l` counts them. */
  bits: number
  curve?: Curve
}

export const keyRefusalCodes = [
  'empty',
  'too-large',
  'private-key',
  'multiple-keys',
  'options-prefixed',
  'certificate',
  'unsupported-type',
  'too-small',
  'weak-key',
  'truncated',
  'mismatch',
  'control-characters',
  'not-a-key',
] as const
export type KeyRefusalCode = (typeof keyRefusalCodes)[number]

/** Why a text is not taken, in words for its owner. They never repeat what was pasted. */
export interface KeyRefusal {
  code: KeyRefusalCode
  /** What it is, or what is wrong with it. */
  reason: string
  /** What to do now. */
  remedy: string
}

export const keyWarningCodes = ['short-rsa', 'below-policy', 'experimental-type', 'mended'] as const
export type KeyWarningCode = (typeof keyWarningCodes)[number]

/** Something about a key that is taken which its owner should know. */
export interface KeyWarning {
  code: KeyWarningCode
  message: string
}

export interface KeyPolicy {
  /** Between 1024 and 2048; RSA keys under 2048 bits are then taken with a warning. */
  leastRsaBits: number
}

export type KeyReading =
  | { ok: true; key: PublicKey; warnings: KeyWarning[] }
  | { ok: false; refusal: KeyRefusal }

/** What the files of this folder hand each other: a value, or why there is none. */
export type Read<Value> = { ok: true; value: Value } | { ok: false; refusal: KeyRefusal }

export function found<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value }
}

export function refused(
  code: KeyRefusalCode,
  reason: string,
  remedy: string,
): { ok: false; refusal: KeyRefusal } {
  return { ok: false, refusal: { code, reason, remedy } }
}
