/**
 * The keys in the text of a known_hosts file, in base64: of any host, since their names may be hashed, and since it is the key that a host
 * proves to have. Lines with a marker (@revoked, @cert-authority) name none.
 */
export function knownHostKeys(text: string): Set<string> {
  const fields = text.split('\n').map((line) => line.trim().split(/\s+/))
  return new Set(
    fields.flatMap(([hosts = '#', type, key]) => (/^[#@]|^$/.test(hosts) || !type || !key ? [] : [key])),
  )
}
