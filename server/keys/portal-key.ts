import { can, type Principal, type Resource } from '../access/can.ts'
import type { PortalKey } from '../contract/keys.ts'
import { printPublicKey } from '../contract/public-key/read.ts'
import { keyTypes } from '../contract/public-key/types.ts'
import type { KeyOwner, StoredKey } from '../store/keys.ts'
import { hasExpired } from './effective.ts'

/** What is shown of keys besides what is kept of them. */
export interface KeyNews {
  ownerName: string
  /** By fingerprint. */
  foundOn: ReadonlyMap<string, number>
  lastPushedAt: ReadonlyMap<string, number>
  now: number
}

/** A portal key as one principal sees it. */
export function portalKeyView(key: StoredKey, principal: Principal, news: KeyNews): PortalKey {
  const { id, sha256, md5, type, bits, comment, label, createdAt, createdBy, expiresAt } = key
  const resource = resourceOf(ownerOf(key))
  return {
    id,
    scope: key.userId === null ? 'project' : 'personal',
    owner: { id: key.userId ?? key.projectId ?? '', name: news.ownerName },
    sha256,
    md5,
    type,
    bits,
    comment,
    line: lineOf(key),
    label,
    createdAt,
    createdBy,
    expiresAt,
    expired: hasExpired(key, news.now),
    lastPushedAt: news.lastPushedAt.get(sha256) ?? null,
    foundOn: news.foundOn.get(sha256) ?? 0,
    may: {
      edit: can(principal, 'key.edit', resource) === 'yes',
      delete: can(principal, 'key.delete', resource) === 'yes',
    },
  }
}

/** The one normal form, made anew from the blob. */
export function lineOf({ type, blob, comment, bits }: StoredKey): string {
  const known = keyTypes.find((name) => name === type)
  if (known === undefined)
    throw new Error(`A key of the type ${type} is kept, which this gateway does not know.`)
  return printPublicKey({ type: known, blob, comment, bits })
}

export function ownerOf({ userId, projectId }: StoredKey): KeyOwner {
  if (userId !== null) return { userId }
  if (projectId !== null) return { projectId }
  throw new Error('A key belongs to nobody.')
}

export function resourceOf(owner: KeyOwner): Resource {
  return 'userId' in owner ? { kind: 'user', ...owner } : { kind: 'project', ...owner }
}
