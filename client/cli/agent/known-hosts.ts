/**
 * The keys in the text of a known_hosts file, in base64: of any host, since their names may be hashed, and since it is the key that a host
 * proves to have. Not those of lines with a marker, and none that is @revoked in any line (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
 */
export function knownHostKeys(text: string): Set<string> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const named = ([hosts = '#', type, key]: string[]) => (/^[#@]|^$/.test(hosts) || !type || !key ? [] : [key])
  const revoked = ([marker, , , key]: string[]) => (marker === '@revoked' && key ? [key] : [])
  const distrusted = new Set(lines.flatMap(revoked))
  return new Set(lines.flatMap(named).filter((key) => !distrusted.has(key)))
}
