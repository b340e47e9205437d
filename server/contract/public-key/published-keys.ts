import { sha256Fingerprint } from './fingerprint.ts'
import { weak } from './refusals.ts'

/** Keys whose private halves are published, with where they are: anybody can log in with them. */
const published = new Map([
  ['SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA', 'Vagrant'],
  ['SHA256:WkvqjnyPAeC0cbPErYiGP9vqHdgL1MqqvPdIe3lvHgI', 'Vagrant'],
  ['SHA256:9prMbqhS4QteoFQ1ZRJDqSBLWoHXPyKB0iWR05Ghro4', 'F5 BIG-IP (CVE-2012-1493)'],
])

export function refusePublished(blob: Uint8Array) {
  const owner = published.get(sha256Fingerprint(blob))
  if (owner === undefined) return undefined
  return weak(
    `The private half of this key is public: it comes with ${owner}, and anybody can log in with it.`,
  )
}
