import { actorOf, capacityOf } from '../access/actor.ts'
import { demand, type Principal } from '../access/can.ts'
import type { Detail } from '../audit/entry.ts'
import { AppError, notFound } from '../base/errors.ts'
import type { EditKey, KeyPlaces } from '../contract/keys.ts'
import { inTransaction, type Store } from '../store/database.ts'
import { keyRepository, type StoredKey } from '../store/keys.ts'
import { keyAct } from './acts.ts'
import type { PortalParts } from './parts.ts'
import { ownerOf, resourceOf } from './portal-key.ts'

/** Renames a key or changes when it expires. Its history goes by its fingerprint, so it stays. */
export function editKey(
  { store, audit }: PortalParts,
  principal: Principal,
  { keyId, edit }: { keyId: string; edit: EditKey },
): Promise<StoredKey> {
  return inTransaction(store, async (within) => {
    const before = await find(within, keyId)
    const resource = resourceOf(ownerOf(before))
    demand(principal, 'key.edit', resource)
    const { label = before.label, expiresAt = before.expiresAt } = edit
    const after = { ...before, label, expiresAt }
    const difference = differenceOf(before, after)
    if (Object.keys(difference).length === 0) return before
    await keyRepository(within).save(after)
    const detail = { ...difference, ...capacityOf(principal, 'key.edit', resource) }
    await audit.within(within).record(keyAct('key.changed', after, { by: actorOf(principal), detail }))
    return after
  })
}

interface Removal {
  key: StoredKey
  /** Where the caller can see that it is. */
  places: KeyPlaces
  leave: boolean
}

/** Takes a key out of the portal, and from no device. */
export async function removeKey(
  { store, audit }: PortalParts,
  principal: Principal,
  { key: { id }, places, leave }: Removal,
): Promise<void> {
  await inTransaction(store, async (within) => {
    const key = await find(within, id)
    const resource = resourceOf(ownerOf(key))
    demand(principal, 'key.delete', resource)
    if (places.total > 0 && !leave) throw stillOn(key, places)
    await keyRepository(within).remove(id)
    const detail = {
      ...(places.total > 0 && { stillOnDevices: places.total }),
      ...capacityOf(principal, 'key.delete', resource),
    }
    await audit.within(within).record(keyAct('key.deleted', key, { by: actorOf(principal), detail }))
  })
}

function stillOn({ label }: StoredKey, { places, total }: KeyPlaces): AppError {
  const named = places.slice(0, 5).map(({ name }) => name)
  const more = total > named.length ? ` and ${total - named.length} more` : ''
  return new AppError(
    'in-use',
    `“${label}” was found on ${named.join(', ')}${more} when they were last read, and deleting it here takes it from no device. ` +
      'Remove it there first, or delete it and leave it there.',
  )
}

async function find(within: Store, keyId: string): Promise<StoredKey> {
  const key = await keyRepository(within).find(keyId)
  if (key === undefined) throw notFound()
  return key
}

function differenceOf(before: StoredKey, after: StoredKey): Detail {
  return {
    ...(before.label !== after.label && { before: before.label }),
    ...(before.expiresAt !== after.expiresAt && {
      expires: `${dateOf(before.expiresAt)} -> ${dateOf(after.expiresAt)}`,
    }),
  }
}

const dateOf = (at: number | null): string => (at === null ? 'never' : new Date(at).toISOString())
