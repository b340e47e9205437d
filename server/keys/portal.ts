import { demand, type Principal } from '../access/can.ts'
import { notFound } from '../base/errors.ts'
import type {
  AddedKey,
  EditKey,
  KeyPage,
  KeyPlaces,
  KeyQuery,
  NewKey,
  PersonPlaces,
  PortalKey,
} from '../contract/keys.ts'
import { limits } from '../contract/limits.ts'
import type { Store } from '../store/database.ts'
import { keySightingRepository } from '../store/key-sightings.ts'
import { type KeyOwner, keyRepository, type StoredKey } from '../store/keys.ts'
import { projectRepository } from '../store/projects.ts'
import { userRepository } from '../store/users.ts'
import { addKey } from './add.ts'
import { editKey, removeKey } from './change.ts'
import { keyCursor, readKeyCursor } from './cursors.ts'
import type { PortalParts } from './parts.ts'
import { type PersonIn, personPlaces } from './person-places.ts'
import { ownerOf, portalKeyView, resourceOf } from './portal-key.ts'

/**
 * The keys that Lifeline holds. Each change is one transaction with its audit entry. What the caller may not see is `not-found`;
 * a text that is not one public key is `key-refused`, and nothing of it is kept or told back.
 */
export interface Portal {
  list(principal: Principal, owner: KeyOwner, query: KeyQuery): Promise<KeyPage>
  get(principal: Principal, keyId: string): Promise<PortalKey>
  /** The same key again answers the one that is there. */
  add(principal: Principal, owner: KeyOwner, input: NewKey): Promise<AddedKey>
  edit(principal: Principal, keyId: string, edit: EditKey): Promise<PortalKey>
  /** Devices that have it, of those that the caller may see. */
  places(principal: Principal, keyId: string): Promise<KeyPlaces>
  /** Devices that still have keys of somebody who goes. */
  personPlaces(principal: Principal, person: PersonIn): Promise<PersonPlaces>
  /** Answers where it still is. @throws AppError `in-use` when it is on devices, unless it may be left there. */
  remove(principal: Principal, keyId: string, on: { leave: boolean }): Promise<KeyPlaces>
}

export function createPortal(parts: PortalParts): Portal {
  const { store, clock } = parts
  const keys = keyRepository(store)

  async function allowed(principal: Principal, keyId: string): Promise<StoredKey> {
    const key = await keys.find(keyId)
    if (key === undefined) throw notFound()
    demand(principal, 'key.view', resourceOf(ownerOf(key)))
    return key
  }

  return {
    async list(principal, owner, query) {
      demand(principal, 'key.view', resourceOf(owner))
      const ownerName = await nameOf(store, owner)
      const now = clock.now()
      const { search, type, limit } = query
      const expired = query.expired === undefined ? undefined : query.expired === 'yes'
      const filter = { search, type, expired, now }
      const after = readKeyCursor(query.cursor)
      const found = await keys.list(owner, filter, { after, limit: limit + 1 })
      const page = found.slice(0, limit)
      return {
        keys: await views(parts, principal, page, ownerName),
        total: await keys.count(owner, filter),
        next: found.length > limit ? keyCursor(page.at(-1)) : null,
      }
    },

    get: async (principal, keyId) => view(parts, principal, await allowed(principal, keyId)),

    async add(principal, owner, input) {
      demand(principal, 'key.add', resourceOf(owner))
      await nameOf(store, owner)
      const { key, existed, warnings } = await addKey(parts, principal, { owner, input })
      return { key: await view(parts, principal, key), existed, warnings }
    },

    async edit(principal, keyId, edit) {
      await allowed(principal, keyId)
      return view(parts, principal, await editKey(parts, principal, { keyId, edit }))
    },

    async places(principal, keyId) {
      return placesOf(store, principal, await allowed(principal, keyId))
    },

    personPlaces: (principal, person) => personPlaces(store, principal, person),

    async remove(principal, keyId, { leave }) {
      const key = await allowed(principal, keyId)
      const places = await placesOf(store, principal, key)
      await removeKey(parts, principal, { key, places, leave })
      return places
    },
  }
}

async function view(parts: PortalParts, principal: Principal, key: StoredKey): Promise<PortalKey> {
  const [shown] = await views(parts, principal, [key], await nameOf(parts.store, ownerOf(key)))
  if (shown === undefined) throw notFound()
  return shown
}

async function views(
  { store, clock }: PortalParts,
  principal: Principal,
  keys: readonly StoredKey[],
  ownerName: string,
): Promise<PortalKey[]> {
  const sightings = keySightingRepository(store)
  const fingerprints = keys.map(({ sha256 }) => sha256)
  const foundOn = await sightings.counts(fingerprints, projectsSeen(principal))
  const lastPushedAt = await sightings.lastPushedAt(fingerprints, projectsSeen(principal))
  const news = { ownerName, foundOn, lastPushedAt, now: clock.now() }
  return keys.map((key) => portalKeyView(key, principal, news))
}

async function placesOf(store: Store, principal: Principal, { sha256 }: StoredKey): Promise<KeyPlaces> {
  const sightings = keySightingRepository(store)
  const seen = projectsSeen(principal)
  const places = await sightings.places(sha256, seen, limits.keyPlaces)
  return { places, total: (await sightings.counts([sha256], seen)).get(sha256) ?? 0 }
}

/** @throws AppError `not-found` for a project or a user who is gone. */
async function nameOf(store: Store, owner: KeyOwner): Promise<string> {
  const found =
    'userId' in owner
      ? await userRepository(store).find(owner.userId)
      : await projectRepository(store).find(owner.projectId)
  if (found === undefined) throw notFound()
  return found.name
}

function projectsSeen(principal: Principal): string[] | undefined {
  return principal.admin ? undefined : [...principal.memberships.keys()]
}
