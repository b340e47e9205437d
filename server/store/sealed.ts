import { AppError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { Secret } from '../base/secret.ts'
import { inTransaction, type Store } from './database.ts'
import type { SealingKey } from './master-key.ts'
import type { SealedTable } from './schema.ts'
import { type Binding, rewrap, seal, unseal } from './seal.ts'

/** `device`: credentials of its console. `power`: of its power control. `vault`: its root password. */
export const secretOwnerKinds = ['device', 'power', 'vault'] as const

/** What a secret belongs to. A later kind of owner is added here. */
export interface SecretOwner {
  kind: (typeof secretOwnerKinds)[number]
  /** The device's. */
  id: string
}

/** Secrets at rest, each sealed for its owner and name. Only who holds the master key can read them; names are in clear. */
export interface SecretStore {
  /** Replaces what was there under this name. */
  put(owner: SecretOwner, name: string, secret: Secret): Promise<void>
  /** Undefined when there is none. @throws AppError `storage-failed` when its row was meddled with. */
  get(owner: SecretOwner, name: string): Promise<Secret | undefined>
  names(owner: SecretOwner): Promise<string[]>
  /** Names by owner's id, of all owners of a kind that have any. */
  namesOfAll(kind: SecretOwner['kind']): Promise<Map<string, string[]>>
  remove(owner: SecretOwner, name: string): Promise<void>
  removeAll(owner: SecretOwner): Promise<void>
  /** The same secrets, seen and changed in a transaction that the caller has begun. */
  within(transaction: Store): SecretStore
}

export interface SecretStoreParts {
  store: Store
  masterKey: SealingKey
  clock: { now(): number }
}

export function createSecretStore({ store, masterKey, clock }: SecretStoreParts): SecretStore {
  const rowsOf = (owner: SecretOwner) =>
    store
      .selectFrom('sealed')
      .selectAll()
      .where((where) => where.and({ ownerKind: owner.kind, ownerId: owner.id }))
      .orderBy('name')

  return {
    async put(owner, name, secret) {
      const place = { id: newId('sec'), ownerKind: owner.kind, ownerId: owner.id, name }
      await inTransaction(store, async (within) => {
        const plain = Buffer.from(secret.reveal())
        const sealed = seal(plain, wrappingOf(masterKey), bindingOf(place))
        plain.fill(0)
        const row = { ...place, keyId: masterKey.id, ...sealed, createdAt: clock.now() }
        await rowsToRemove(within, owner).where('name', '=', name).execute()
        await within.insertInto('sealed').values(row).execute()
      })
    },

    async get(owner, name) {
      const read = () => rowsOf(owner).where('name', '=', name).executeTakeFirst()
      let row = await read()
      // The master key may have been exchanged since the row was read.
      if (row !== undefined && row.keyId !== masterKey.id) row = await read()
      if (row === undefined) return undefined
      const plain = unseal(row, wrappingOf(masterKey), bindingOf(row))
      if (plain === undefined) throw damaged(row)
      return new Secret(plain.toString())
    },

    async names(owner) {
      return (await rowsOf(owner).execute()).map((row) => row.name)
    },

    async namesOfAll(kind) {
      const rows = store.selectFrom('sealed').select(['ownerId', 'name']).where('ownerKind', '=', kind)
      const byOwner = Map.groupBy(await rows.orderBy('name').execute(), (row) => row.ownerId)
      return new Map(Array.from(byOwner, ([id, group]) => [id, group.map((row) => row.name)]))
    },

    async remove(owner, name) {
      await rowsToRemove(store, owner).where('name', '=', name).execute()
    },

    async removeAll(owner) {
      await rowsToRemove(store, owner).execute()
    },

    within: (transaction) => createSecretStore({ store: transaction, masterKey, clock }),
  }
}

/**
 * Puts every entry under another master key, in the caller's transaction. One that does not open under the old key was meddled with: it
 * stays as it is, and opens under neither.
 */
export async function resealAll(
  within: Store,
  from: SealingKey,
  to: SealingKey,
): Promise<{ resealed: number; damaged: number }> {
  const keys = { from: wrappingOf(from), to: wrappingOf(to) }
  const rows = await within.selectFrom('sealed').selectAll().execute()
  let resealed = 0
  for (const row of rows) {
    const wrappedKey = rewrap(row.wrappedKey, keys, bindingOf(row))
    if (wrappedKey === undefined) continue
    await within.updateTable('sealed').set({ wrappedKey, keyId: to.id }).where('id', '=', row.id).execute()
    resealed += 1
  }
  return { resealed, damaged: rows.length - resealed }
}

const wrappingOf = (masterKey: SealingKey) => masterKey.derive('sealed entries')

const rowsToRemove = (store: Store, owner: SecretOwner) =>
  store.deleteFrom('sealed').where((where) => where.and({ ownerKind: owner.kind, ownerId: owner.id }))

/** Everything that says whose secret it is, so that rows and parts of rows cannot be exchanged. */
function bindingOf(row: Pick<SealedTable, 'id' | 'ownerKind' | 'ownerId' | 'name'>): Binding {
  return [row.ownerKind, row.ownerId, row.name, row.id]
}

function damaged({ ownerKind, ownerId, name }: SealedTable): AppError {
  return new AppError(
    'storage-failed',
    `The stored ${name} of ${ownerKind} ${ownerId} cannot be opened: its row in the database was changed or damaged. Enter it again.`,
  )
}
