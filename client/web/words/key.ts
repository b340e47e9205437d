const kinds: Record<string, string> = {
  'ssh-ed25519': 'Ed25519',
  'ssh-rsa': 'RSA',
  'ecdsa-sha2-nistp256': 'ECDSA P-256',
  'ecdsa-sha2-nistp384': 'ECDSA P-384',
  'ecdsa-sha2-nistp521': 'ECDSA P-521',
  'sk-ssh-ed25519@openssh.com': 'Ed25519 on a security key',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'ECDSA on a security key',
  'ssh-mldsa44-ed25519@openssh.com': 'ML-DSA-44 and Ed25519',
}

/** `Ed25519`, `RSA 3072`: the size only where a type has several, and where it is known. */
export function keyKind({ type, bits }: { type: string; bits?: number }): string {
  const kind = kinds[type] ?? type
  return type === 'ssh-rsa' && bits !== undefined ? `${kind} ${bits}` : kind
}
