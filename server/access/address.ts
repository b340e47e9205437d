import { isIPv6 } from 'node:net'

/**
 * The part of an IP address that one subscriber cannot change at will: all of IPv4, the first 64 bits of IPv6 (RFC 4291 section
 * 2.5.4: the rest is theirs). IPv4 in IPv6 is IPv4. Anything else is itself.
 */
export function placeOf(address: string | null): string {
  const plain = address?.split('%')[0] ?? 'local'
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1]
  if (v4 !== undefined) return v4
  if (!isIPv6(plain)) return plain
  return `${groups(plain).slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, without leading zeros. A dotted tail only stands in the last two, so it may stay as it is. */
function groups(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  )
}
