import type { EffectiveKey, KeyReason } from '../contract/keys.ts'
import type { KeySource } from '../store/key-sources.ts'
import type { StoredKey } from '../store/keys.ts'

/** What is known of the keys of one device, as far as they are looked at. */
export interface DeviceKnowledge {
  byDefault: boolean
  /** By key: whether it was selected or deselected. */
  chosen: ReadonlyMap<string, boolean>
  /** By fingerprint: when it was last put there. */
  pushedAt: ReadonlyMap<string, number>
  /** When the device's own keys were last read; null: never. */
  readAt: number | null
  /** By fingerprint: how it stood there then. */
  found: ReadonlyMap<string, 'there' | 'restricted'>
  now: number
}

/** Whether a key has ended by `now`. */
export function hasExpired({ expiresAt }: Pick<StoredKey, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now
}

/** The same key, each time that it belongs on the device, and where from. In the order of the sources. */
export type Claim = { key: StoredKey; source: KeySource }

/** Who can log in, and why: one key for each blob, in the order of the claims, with every reason for it. */
export function effectiveKeys(claims: readonly Claim[], known: DeviceKnowledge): EffectiveKey[] {
  const byBlob = Map.groupBy(claims, ({ key }) => key.sha256)
  return [...byBlob.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [effectiveKey(first.key, [first, ...more], known)],
  )
}

function effectiveKey(key: StoredKey, claims: Claim[], known: DeviceKnowledge): EffectiveKey {
  const { sha256, md5, type, bits, comment } = key
  const reasons = claims.map((claim) => reasonOf(claim, known))
  return {
    sha256,
    md5,
    type,
    bits,
    comment,
    reasons,
    handedOut: reasons.some(({ selected, expired }) => selected && !expired),
    pushedAt: known.pushedAt.get(sha256) ?? null,
    onDevice: known.readAt === null ? 'unknown' : (known.found.get(sha256) ?? 'not-there'),
  }
}

function reasonOf({ key, source }: Claim, { byDefault, chosen, now }: DeviceKnowledge): KeyReason {
  const { kind, id, name, email } = source
  const { id: keyId, label, expiresAt } = key
  const selected = chosen.get(keyId) ?? byDefault
  return { kind, keyId, label, of: { id, name, email }, expiresAt, expired: hasExpired(key, now), selected }
}

/** Claims in the order of their sources, and within one by age. Keys of no source are none. */
export function claimsOf(keys: readonly StoredKey[], sources: readonly KeySource[]): Claim[] {
  const places = new Map(sources.map((source, place) => [source.id, { source, place }]))
  const claims = keys.flatMap((key) => {
    const at = places.get(key.projectId ?? key.userId ?? '')
    return at === undefined ? [] : [{ key, ...at }]
  })
  const order = (a: (typeof claims)[number], b: (typeof claims)[number]): number =>
    a.place - b.place || a.key.createdAt - b.key.createdAt || (a.key.id < b.key.id ? -1 : 1)
  return claims.sort(order).map(({ key, source }) => ({ key, source }))
}
