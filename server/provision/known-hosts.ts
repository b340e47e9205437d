import { createHmac, randomBytes } from 'node:crypto'
import type { HostKey } from '../contract/provision.ts'
import type { Judged } from './judge.ts'

export interface KnownHost {
  /** Name of the device, and its address: what people may give to ssh. */
  names: string[]
  judged: Judged
}

export interface KnownHostsOptions {
  hashed: boolean
  /** Also what only the network has told. */
  unverified: boolean
}

/** Lines of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Of devices whose keys are in doubt there is only a comment. */
export function knownHosts(hosts: KnownHost[], options: KnownHostsOptions): string {
  return hosts
    .flatMap((host) => linesOf(host, options))
    .map((line) => `${line}\n`)
    .join('')
}

function linesOf({ names, judged }: KnownHost, options: KnownHostsOptions): string[] {
  const plain = [...new Set(names.map((name) => name.toLowerCase()))].filter(isPlain)
  if (plain.length === 0) return []
  const about = options.hashed ? 'a device' : plain[0]
  if (judged.state === 'mismatch')
    return [`# ${about}: console and network told different host keys. Look into it in Lifeline.`]
  return judged.keys.flatMap((key) => {
    if (key.line === null || !(key.verified || options.unverified)) return []
    const hosts = options.hashed ? plain.map(hashed) : [plain.join(',')]
    return hosts.map((host) => `${host} ${key.line} ${commentOf(key)}`)
  })
}

function commentOf({ sources, verified }: HostKey): string {
  if (!verified) return 'unverified'
  return sources.length === 2 ? 'verified: console and phone-home' : 'verified: console'
}

/** `*`, `?`, `!` and `,` mean something in these files. */
function isPlain(name: string): boolean {
  return /^[a-z0-9._:-]+$/.test(name)
}

/** As ssh-keygen -H makes them: a salt of 20 bytes, HMAC-SHA1 of the name under it. */
function hashed(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}
