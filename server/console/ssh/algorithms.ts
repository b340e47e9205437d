import type { RemoteOffer } from './hello.ts'

/** What one end proposes in the key exchange (RFC 4253 section 7.1), best first. */
export interface Algorithms {
  kex: KeyExchange[]
  serverHostKey: HostKeyAlgorithm[]
  cipher: Cipher[]
  hmac: Mac[]
}

type KeyExchange = (typeof modern)['kex'][number] | (typeof legacy)['kex'][number]
type HostKeyAlgorithm = (typeof hostKeyKinds)[number]['algorithms'][number]
type Cipher = (typeof modern)['cipher'][number] | (typeof legacy)['cipher'][number]
type Mac = (typeof modern)['hmac'][number] | (typeof legacy)['hmac'][number]

const modern = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
} as const

/** SHA-1 and CBC: off in OpenSSH, all that a BMC of 2012 knows. RFC 9142 has the reasons for the key exchanges. */
const legacy = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
} as const

/** A host has one key of a kind, whatever the signature algorithm it is used with. Best first. */
const hostKeyKinds = [
  { algorithms: ['ssh-ed25519'], legacy: [] },
  { algorithms: ['ecdsa-sha2-nistp256'], legacy: [] },
  { algorithms: ['ecdsa-sha2-nistp384'], legacy: [] },
  { algorithms: ['ecdsa-sha2-nistp521'], legacy: [] },
  { algorithms: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'], legacy: ['ssh-rsa'] },
  { algorithms: ['ssh-dss'], legacy: ['ssh-dss'] },
] as const

/** What the gateway proposes; the old algorithms come last and only where the device's settings ask for them. */
export function algorithmsFor(allowLegacy: boolean): Algorithms {
  return {
    kex: [...modern.kex, ...(allowLegacy ? legacy.kex : [])],
    serverHostKey: hostKeyGroups(allowLegacy).flat(),
    cipher: [...modern.cipher, ...(allowLegacy ? legacy.cipher : [])],
    hmac: [...modern.hmac, ...(allowLegacy ? legacy.hmac : [])],
  }
}

/** The host key algorithms, one group for each key that a host may have beside the one it showed under `ours`. */
export function otherHostKeys(ours: Algorithms, theirs: RemoteOffer): HostKeyAlgorithm[][] {
  const shown = ours.serverHostKey.find((name) => theirs.serverHostKey.includes(name))
  return hostKeyGroups(true)
    .map((group) => group.filter((name) => ours.serverHostKey.includes(name)))
    .filter((group) => shown === undefined || !group.includes(shown))
    .filter((group) => group.some((name) => theirs.serverHostKey.includes(name)))
}

/** A kind of algorithm of which the two ends have none in common. */
export interface Mismatch {
  what: 'key exchange' | 'host key' | 'cipher' | 'MAC'
  offered: string[]
  /** Whether the old algorithms would help. */
  legacyHelps: boolean
}

/** All kinds without a common algorithm, in the order in which they are negotiated. */
export function mismatches(ours: Algorithms, theirs: RemoteOffer): Mismatch[] {
  const wide = algorithmsFor(true)
  const kinds = [
    { what: 'key exchange', ours: ours.kex, wide: wide.kex, offered: [theirs.kex] },
    { what: 'host key', ours: ours.serverHostKey, wide: wide.serverHostKey, offered: [theirs.serverHostKey] },
    { what: 'cipher', ours: ours.cipher, wide: wide.cipher, offered: theirs.cipher },
    // A cipher that authenticates by itself (RFC 5647) needs no MAC.
    { what: 'MAC', ours: ours.hmac, wide: wide.hmac, offered: usesOwnMac(ours, theirs) ? [] : theirs.mac },
  ] as const
  return kinds.flatMap((kind) => {
    const missing = kind.offered.find((offered) => !meet(kind.ours, offered))
    if (missing === undefined) return []
    return [{ what: kind.what, offered: missing, legacyHelps: meet(kind.wide, missing) }]
  })
}

function usesOwnMac(ours: Algorithms, theirs: RemoteOffer): boolean {
  return theirs.cipher.every((offered) => {
    const chosen = ours.cipher.find((name) => offered.includes(name))
    return chosen !== undefined && /gcm|poly1305/.test(chosen)
  })
}

const meet = (ours: readonly string[], theirs: readonly string[]) =>
  ours.some((name) => theirs.includes(name))

function hostKeyGroups(allowLegacy: boolean): HostKeyAlgorithm[][] {
  return hostKeyKinds
    .map((kind): HostKeyAlgorithm[] => {
      const old: readonly string[] = kind.legacy
      return kind.algorithms.filter((name) => allowLegacy || !old.includes(name))
    })
    .filter((group) => group.length > 0)
}
