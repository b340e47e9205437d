/** What follows the version in PKCS#8, PKCS#1, SEC 1 and PKCS#12: an algorithm, a modulus, the secret itself, content. */
const privateStarts = ['02010030', '02010130', '02010002', '02010104', '02010330']
/** An encrypted PKCS#8: it begins with an algorithm of PKCS#5 or PKCS#12 where a public key has its own. */
const encryptedStarts = ['2a864886f70d0105', '2a864886f70d010c']

/** Whether DER begins as private keys do (RFC 5958, RFC 8017 appendix A.1.2, RFC 5915, RFC 7292). */
export function isPrivateDer(bytes: Uint8Array): boolean {
  const content = contentOf(bytes.subarray(0, 48))
  // What begins otherwise needs no closer look: an integer, or the sequence of an algorithm.
  if (content?.[0] !== 2 && content?.[0] !== 0x30) return false
  if (privateStarts.includes(hexOf(content.subarray(0, 4)))) return true
  const algorithm = contentOf(content)
  return algorithm?.[0] === 6 && encryptedStarts.includes(hexOf(algorithm.subarray(2, 10)))
}

/** What a SEQUENCE begins with, wherever it ends. */
function contentOf(bytes: Uint8Array): Uint8Array | undefined {
  const [tag, length = 0] = bytes
  if (tag !== 0x30) return undefined
  return bytes.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f))
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
