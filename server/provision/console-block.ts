import { plainText } from '../console/plain-text.ts'
import { type HeardKey, heardLine } from './heard-key.ts'

/** cloud-init prints three to five keys; a RSA-16384 one has 2.8 KB. */
const mostBytes = 16 * 1024
const mostBlocks = 8
const blocks = [
  { begin: '-----BEGIN SSH HOST KEY KEYS-----', end: '-----END SSH HOST KEY KEYS-----', read: heardLine },
  {
    begin: '-----BEGIN SSH HOST KEY FINGERPRINTS-----',
    end: '-----END SSH HOST KEY FINGERPRINTS-----',
    read: fingerprintIn,
  },
]

/**
 * Host keys that cloud-init printed (`cc_keys_to_console`), from whole blocks alone. Anybody who can print on the console can print such
 * a block: which part of history may hold one is the caller's to know. Lines that the kernel printed in between are passed over.
 */
export function hostKeysPrinted(printed: Uint8Array): HeardKey[] {
  const found = new Map<string, HeardKey>()
  for (const { begin, end, read } of blocks) {
    for (const block of wholeBlocks(printed, { begin, end })) {
      for (const line of plainText(block).split(/[\r\n]+/)) {
        const key = read(line)
        // A fingerprint comes first, then the key itself.
        if (key !== undefined)
          found.set(key.sha256, { ...key, line: key.line ?? found.get(key.sha256)?.line ?? null })
      }
    }
  }
  return [...found.values()]
}

function* wholeBlocks(printed: Uint8Array, marks: { begin: string; end: string }): Generator<Uint8Array> {
  const bytes = Buffer.from(printed.buffer, printed.byteOffset, printed.byteLength)
  let from = 0
  for (let count = 0; count < mostBlocks; count += 1) {
    const begin = bytes.indexOf(marks.begin, from, 'latin1')
    if (begin === -1) return
    const end = bytes.indexOf(marks.end, begin, 'latin1')
    if (end === -1) return
    from = end + marks.end.length
    if (end - begin <= mostBytes) yield bytes.subarray(begin + marks.begin.length, end)
  }
}

const typeNames: Record<string, string> = { RSA: 'ssh-rsa', ED25519: 'ssh-ed25519' }

/** `<14>Nov 28 16:00:00 cloud-init: 256 SHA256:... root@host (ED25519)`: through syslog, so with a front of its own. */
function fingerprintIn(line: string): HeardKey | undefined {
  const match = /(?:^|\s)(\d{3,5}) (SHA256:[A-Za-z0-9+/]{43}) [^()]{0,300}\((RSA|ECDSA|ED25519)\)\s*$/.exec(
    line,
  )
  const [, bits = '', sha256 = '', name = ''] = match ?? []
  if (match === null) return undefined
  return { type: typeNames[name] ?? `ecdsa-sha2-nistp${bits}`, sha256, line: null }
}
