import { actorOf } from '../access/actor.ts'
import { demand, type Principal } from '../access/can.ts'
import type { Audit } from '../audit/audit.ts'
import type { ImportPreview } from '../contract/keys.ts'
import { limits } from '../contract/limits.ts'
import { md5Fingerprint, sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import { findPrivateKey } from '../contract/public-key/private-key.ts'
import { printPublicKey, readPublicKey } from '../contract/public-key/read.ts'
import type { KeyPolicy } from '../contract/public-key/types.ts'
import type { Store } from '../store/database.ts'
import { type KeyOwner, keyRepository } from '../store/keys.ts'
import { demandPublicKey } from './add.ts'
import { fetchText } from './fetch-text.ts'
import { resourceOf } from './portal-key.ts'

export interface KeyImportParts {
  store: Store
  audit: Pick<Audit, 'recordOrLog'>
  policy: KeyPolicy
  /** Origins (`https://github.com`) that keys may be fetched from. */
  origins: readonly string[]
}

/** Fetches keys from an address and shows what they are. Whether to trust the address is for the person to say; nothing is kept. */
export interface KeyImport {
  /** @throws AppError `bad-request`, `import-failed`, or `key-refused` where the address gives a private key away. */
  preview(principal: Principal, from: { url: string; owner: KeyOwner }): Promise<ImportPreview>
}

export function createKeyImport({ store, audit, policy, origins }: KeyImportParts): KeyImport {
  return {
    async preview(principal, { url, owner }) {
      demand(principal, 'key.view', resourceOf(owner))
      const text = await fetchText(url, origins)
      const { origin, pathname } = new URL(url)
      await audit.recordOrLog({
        action: 'key.import-previewed',
        by: actorOf(principal),
        ...('projectId' in owner && owner),
        target: origin + pathname,
      })
      if (findPrivateKey(text) !== undefined) demandPublicKey(text, policy)
      const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), at: index + 1 }))
      const filled = lines.filter(({ line }) => line !== '' && !line.startsWith('#'))
      const found = filled.slice(0, limits.importKeys).map(({ line, at }) => shown(line, at, policy))
      const there = await fingerprintsOf(store, owner, found)
      return {
        url,
        found: found.map((key) => (key.ok ? { ...key, existed: there.has(key.sha256) } : key)),
        cut: filled.length > limits.importKeys,
      }
    },
  }
}

function shown(line: string, at: number, policy: KeyPolicy) {
  const reading = readPublicKey(line, policy)
  if (!reading.ok) return { ok: false as const, at, refusal: reading.refusal }
  const { key, warnings } = reading
  const { type, bits, comment, blob } = key
  const fingerprints = { sha256: sha256Fingerprint(blob), md5: md5Fingerprint(blob) }
  return { ok: true as const, ...fingerprints, type, bits, comment, line: printPublicKey(key), warnings }
}

async function fingerprintsOf(
  store: Store,
  owner: KeyOwner,
  found: readonly ReturnType<typeof shown>[],
): Promise<Set<string>> {
  const sha256s = found.flatMap((key) => (key.ok ? [key.sha256] : []))
  return new Set((await keyRepository(store).ofOwner(owner, sha256s)).map(({ sha256 }) => sha256))
}
