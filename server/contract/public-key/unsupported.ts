import { newKey } from './refusals.ts'
import { refused } from './types.ts'

const signatureNames = ['rsa-sha2-256', 'rsa-sha2-512']

/** Types that are known and not taken, each with the reason. Nothing when the name is no type of SSH. */
export function unsupported(type: string) {
  if (/-cert-v\d\d@openssh\.com$/.test(type)) return certificate()
  if (type === 'ssh-dss') {
    return unsupportedType('This is a DSA key. OpenSSH does not accept DSA any more: it is too weak.')
  }
  if (type === 'ssh-ed448') return unsupportedType('This is an Ed448 key, and OpenSSH knows no Ed448.')
  if (type.startsWith('ssh-xmss')) {
    return unsupportedType('This is an XMSS key: an experiment that OpenSSH has removed.')
  }
  if (type.startsWith('ssh-mldsa')) {
    return unsupportedType(
      'This is an ML-DSA key of a form that is not taken yet: of these, only ssh-mldsa44-ed25519@openssh.com is.',
    )
  }
  if (signatureNames.includes(type)) {
    return refused(
      'mismatch',
      'The line begins with the name of a signature, not of a key.',
      'An RSA key begins with ssh-rsa: copy the line from its .pub file again.',
    )
  }
  return looksLikeType(type) ? unsupportedType('Keys of this type are not taken.') : undefined
}

/** Whether a word could be the name of a key's type: what stands where it belongs is judged by it. */
export function looksLikeType(word: string): boolean {
  return /^(?:sk-)?(?:ssh|ecdsa-sha2|rsa-sha2|webauthn-sk|x509v3)-[a-z0-9@.+-]{2,60}$/.test(word)
}

function certificate() {
  return refused(
    'certificate',
    'This is an SSH certificate: it expires, and a server accepts it by who signed it, not by a line in authorized_keys.',
    'Paste the public key that the certificate was made from: the same name without -cert.',
  )
}

export function unsupportedType(reason: string) {
  return refused('unsupported-type', reason, newKey)
}
