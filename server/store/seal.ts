import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

/**
 * AES-256-GCM (NIST SP 800-38D) with a random data key per entry, itself sealed with AES-256-GCM under a wrapping key.
 * Both parts: one byte of format, 12 bytes of nonce, ciphertext, 16 bytes of tag.
 */
export interface Sealed {
  /** 61 bytes. */
  wrappedKey: Uint8Array
  /** 29 bytes longer than what is sealed. */
  ciphertext: Uint8Array
}

/** What an entry belongs to, outermost first. It is not in the sealed bytes, but they open only under the same binding. */
export type Binding = readonly string[]

const format = 1
const nonceBytes = 12
const tagBytes = 16
const dataKeyBytes = 32

export function seal(plain: Uint8Array, wrapping: KeyObject, binding: Binding): Sealed {
  const dataKey = randomBytes(dataKeyBytes)
  try {
    return {
      wrappedKey: encrypt(dataKey, wrapping, ['key', ...binding]),
      ciphertext: encrypt(plain, createSecretKey(dataKey), ['value', ...binding]),
    }
  } finally {
    dataKey.fill(0)
  }
}

/** Undefined when the key or the binding is another one, or when any bit was changed. */
export function unseal(sealed: Sealed, wrapping: KeyObject, binding: Binding): Buffer | undefined {
  const dataKey = decrypt(sealed.wrappedKey, wrapping, ['key', ...binding])
  if (dataKey?.length !== dataKeyBytes) return undefined
  try {
    return decrypt(sealed.ciphertext, createSecretKey(dataKey), ['value', ...binding])
  } finally {
    dataKey.fill(0)
  }
}

/** The same entry with its data key under another wrapping key. Undefined when it did not open. */
export function rewrap(
  wrappedKey: Uint8Array,
  { from, to }: { from: KeyObject; to: KeyObject },
  binding: Binding,
): Uint8Array | undefined {
  const dataKey = decrypt(wrappedKey, from, ['key', ...binding])
  if (dataKey === undefined) return undefined
  try {
    return encrypt(dataKey, to, ['key', ...binding])
  } finally {
    dataKey.fill(0)
  }
}

function encrypt(plain: Uint8Array, key: KeyObject, context: Binding): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(associatedData(context))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.of(format), nonce, body, cipher.getAuthTag()])
}

function decrypt(bytes: Uint8Array, key: KeyObject, context: Binding): Buffer | undefined {
  if (bytes.length < 1 + nonceBytes + tagBytes || bytes[0] !== format) return undefined
  const nonce = bytes.subarray(1, 1 + nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(associatedData(context))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const plain = decipher.update(bytes.subarray(1 + nonceBytes, -tagBytes))
    return Buffer.concat([plain, decipher.final()])
  } catch {
    return undefined
  }
}

/** A JSON array, so that no two different contexts print the same. The format byte is bound too. */
function associatedData(context: Binding): Buffer {
  return Buffer.from(JSON.stringify(['lifeline sealed', format, ...context]))
}
