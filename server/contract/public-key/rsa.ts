import { bigEndian, bitLength } from './numbers.ts'
import { mismatch, tooSmall } from './refusals.ts'
import { found, type KeyPolicy, type Read, refused } from './types.ts'
import { weakModulus } from './weak-rsa.ts'

/** OpenSSH's own limits (SSH_RSA_MINIMUM_MODULUS_SIZE, SSHBUF_MAX_BIGNUM). */
const leastBits = 1024
const mostBits = 16_384
/** OpenSSL takes no exponent above 64 bits beside a modulus above 3072 (rsa.h): no server could use the key. */
const smallModulusBits = 3072
const longExponentBits = 64

/** What RFC 4253 section 6.6 sends of an RSA key, as it was sent. */
export interface RsaNumbers {
  exponent: Uint8Array
  modulus: Uint8Array
}

/** Answers the bits of the modulus. */
export function checkRsa(numbers: RsaNumbers, policy: KeyPolicy): Read<number> {
  if (!isMinimalPositive(numbers.exponent) || !isMinimalPositive(numbers.modulus)) {
    return mismatch('A number in the RSA key is not written as the standard (RFC 4251) demands.')
  }
  // A number of a megabyte would cost more than its refusal is worth.
  if (numbers.modulus.length > mostBits / 8 + 1) return tooLong()
  const modulus = bigEndian(numbers.modulus)
  const bits = bitLength(modulus)
  if (bits > mostBits) return tooLong()
  if (numbers.exponent.length > numbers.modulus.length) return mismatch(badExponent)
  const exponent = bigEndian(numbers.exponent)
  if (exponent < 3n || exponent % 2n === 0n || exponent >= modulus) return mismatch(badExponent)
  if (bits > smallModulusBits && bitLength(exponent) > longExponentBits) return mismatch(badExponent)
  if (modulus % 2n === 0n) return mismatch("The RSA key's modulus is even, which no real key has.")
  const least = Math.max(leastBits, policy.leastRsaBits)
  if (bits < least) {
    return tooSmall(`The RSA key has ${bits} bits, and ${least} are the least that is taken here.`)
  }
  return weakModulus(modulus) ?? found(bits)
}

const badExponent = "The RSA key's exponent is not one that a key can have."

function tooLong() {
  return refused(
    'too-large',
    `The RSA key has more than ${mostBits} bits, and OpenSSH takes none so large.`,
    'Make a new key: ssh-keygen -t ed25519.',
  )
}

/** RFC 4251 section 5: no needless leading zero, and no number below zero, which a leading one bit would say. */
function isMinimalPositive([first, second = 0]: Uint8Array): boolean {
  if (first === undefined || first > 0x7f) return false
  return first !== 0 || second > 0x7f
}
