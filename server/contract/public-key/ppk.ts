import { cleanText } from './clean-text.ts'
import { readPublicKey } from './read.ts'
import { cutShort, notAKey } from './refusals.ts'
import type { KeyPolicy, KeyReading } from './types.ts'

/**
 * The public key of a PuTTY .ppk file of version 2 or 3 (PuTTY's manual, appendix C). The file is a private key: call this
 * where its owner chose it, and let nothing but the answer leave that place.
 */
export function publicPartOfPpk(text: string, policy?: KeyPolicy): KeyReading {
  const lines = cleanText(text).text.split('\n')
  const type = /^PuTTY-User-Key-File-[23]: (\S+)$/.exec(lines[0] ?? '')?.[1]
  if (type === undefined) return notAKey('The file is not a PuTTY key file of version 2 or 3.')
  const comment = lines.find((line) => line.startsWith('Comment: '))?.slice('Comment: '.length) ?? ''
  const header = lines.findIndex((line) => /^Public-Lines: \d{1,3}$/.test(line))
  const count = Number(lines[header]?.slice('Public-Lines: '.length))
  const base64 = lines.slice(header + 1, header + 1 + count)
  if (header < 0 || base64.length < count || !base64.every((line) => /^[A-Za-z0-9+/=]{1,64}$/.test(line))) {
    return cutShort('The public part of the PuTTY key file is damaged.')
  }
  return readPublicKey(`${type} ${base64.join('')} ${comment}`, policy)
}
