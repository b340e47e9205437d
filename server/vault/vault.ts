import type { Audit } from '../audit/audit.ts'
import type { Act, Actor, Detail } from '../audit/entry.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError } from '../base/errors.ts'
import { leftOf, lookAt, newLifetime } from '../base/lifetime.ts'
import type { Log } from '../base/log.ts'
import type { Secret } from '../base/secret.ts'
import type { PasswordSource, RootPassword } from '../contract/vault.ts'
import type { Devices } from '../devices/devices.ts'
import { inTransaction, type Store } from '../store/database.ts'
import type { VaultTable } from '../store/schema.ts'
import type { SecretStore } from '../store/sealed.ts'
import { vaultRepository } from '../store/vault.ts'
import { startBurning } from './burning.ts'
import { ownerOf, passwordName } from './entry.ts'

/** What belongs to whom, for the audit. */
export interface VaultPlace {
  deviceId: string
  projectId: string
  /** The device's name. */
  target: string
}

/** On whose behalf. Whether they may is decided before (access/can.ts). */
export interface VaultUser {
  actor: Actor
  capacity?: Detail
}

export interface NewPassword {
  password: Secret
  source: PasswordSource
  by: VaultUser
}

export type Kept = Omit<RootPassword, 'may'>

/** Root passwords: each can be revealed for the hours of its project (at most 24), then neither the database, its log nor a backup taken then has it or its key. */
export interface Vault extends Closable {
  /** Keeps a password from now on; the one before is destroyed. */
  keep(place: VaultPlace, given: NewPassword): Promise<void>
  /** The same in a transaction that the caller has begun. Once that is done, `settle` must be called. */
  keepWithin(within: Store, place: VaultPlace, given: NewPassword): Promise<void>
  /** Destroys what was replaced, or whose time its project has cut. */
  settle(): void
  look(deviceId: string): Promise<Kept>
  /** @throws AppError `password-gone` or `no-password`. */
  reveal(place: VaultPlace, by: VaultUser, reason: string): Promise<Revealed>
  /** For the gateway to log in with on somebody's behalf: it must be told to nobody. `purpose` is for the audit. Throws as `reveal` does. */
  use(place: VaultPlace, by: VaultUser, purpose: string): Promise<Secret>
  destroy(place: VaultPlace, by: VaultUser): Promise<void>
}

/** `until` is by the wall clock as it is now. */
export interface Revealed {
  password: Secret
  until: number
  leftMs: number
}

export interface VaultParts {
  store: Store
  secrets: SecretStore
  audit: Pick<Audit, 'within'>
  devices: Pick<Devices, 'find' | 'changes'>
  clock: Clock
  log: Log
}

/** Before it resolves, everything whose time is over has been destroyed. */
export async function createVault(parts: VaultParts): Promise<Vault> {
  const { store, secrets, audit, devices, clock } = parts
  const burning = await startBurning(parts)

  async function keepWithin(within: Store, place: VaultPlace, given: NewPassword): Promise<void> {
    const { deviceId } = place
    const { password, source, by } = given
    const row = { deviceId, source, setAt: clock.now(), setBy: by.actor.name, goneAt: null }
    const lifeMs = await vaultRepository(within).lifeMsOf(deviceId)
    await secrets.within(within).put(ownerOf(deviceId), passwordName, password)
    await vaultRepository(within).put({ ...row, ...newLifetime(lifeMs, clock) })
    const detail = { ...by.capacity, source, hours: lifeMs / 3_600_000 }
    await audit.within(within).record({ ...place, action: 'vault.sealed', by: by.actor, detail })
  }

  /** Undefined when it is gone or its time is over. */
  async function keptIn(within: Store, deviceId: string): Promise<VaultTable | undefined> {
    const row = await vaultRepository(within).find(deviceId)
    if (row === undefined) throw neverKept(devices.find(deviceId)?.name ?? deviceId)
    return row.goneAt === null && leftOf(lookAt(row, clock)) > 0 ? row : undefined
  }

  /** Taken out in the transaction that records it. */
  async function take(place: VaultPlace, act: Pick<Act, 'action' | 'by' | 'detail'>): Promise<Revealed> {
    const found = await inTransaction(store, async (within) => {
      const row = await keptIn(within, place.deviceId)
      const password = row && (await secrets.within(within).get(ownerOf(place.deviceId), passwordName))
      if (row === undefined || password === undefined) return undefined
      await audit.within(within).record({ ...place, ...act })
      const leftMs = leftOf(lookAt(row, clock))
      return { password, leftMs, until: clock.now() + leftMs }
    })
    if (found !== undefined) return found
    burning.soon()
    throw gone(place.target)
  }

  const unlisten = devices.changes.listen(({ kind }) => {
    if (kind === 'removed') burning.soon()
  })

  return {
    async keep(place, given) {
      await inTransaction(store, (within) => keepWithin(within, place, given))
      burning.soon()
    },
    keepWithin,
    settle: () => burning.soon(),

    async look(deviceId) {
      const row = await vaultRepository(store).find(deviceId)
      return row === undefined ? none : shown(row, clock)
    },

    reveal: (place, { actor, capacity }, reason) =>
      take(place, { action: 'vault.revealed', by: actor, detail: { ...capacity, reason } }),

    async use(place, { actor, capacity }, purpose) {
      const act = { action: 'vault.used', by: actor, detail: { ...capacity, for: purpose } } as const
      return (await take(place, act)).password
    },

    async destroy(place, by) {
      await inTransaction(store, async (within) => {
        const row = await keptIn(within, place.deviceId)
        if (row === undefined) throw gone(place.target)
        await burning.burn(within, row, { by: by.actor, detail: { ...by.capacity, why: 'asked for' } })
      })
      await burning.overwrite()
    },

    async close() {
      unlisten()
      await burning.close()
    },
  }
}

const none: Kept = {
  state: 'none',
  source: null,
  setAt: null,
  setBy: null,
  until: null,
  leftMs: 0,
  goneAt: null,
}

function shown(row: VaultTable, clock: Clock): Kept {
  const leftMs = row.goneAt === null ? leftOf(lookAt(row, clock)) : 0
  const source =
    (['provision', 'change', 'ssh', 'recovery'] as const).find((one) => one === row.source) ?? 'person'
  const known = { source, setAt: row.setAt, setBy: row.setBy, leftMs } as const
  if (leftMs > 0) return { ...known, state: 'kept', until: clock.now() + leftMs, goneAt: null }
  return { ...known, state: 'gone', until: null, goneAt: row.goneAt ?? clock.now() }
}

const howToGetAnother =
  'If a key still logs in as root, set a new one over SSH; if somebody is logged in on the console, there; if nothing is left, recover the device.'

function gone(name: string): AppError {
  return new AppError(
    'password-gone',
    `The root password of ${name} was kept for its time and is destroyed: nobody can see it any more. ${howToGetAnother}`,
  )
}

function neverKept(name: string): AppError {
  return new AppError(
    'no-password',
    `Lifeline has never kept a root password of ${name}. If you know it, you can have it kept for up to 24 hours. ${howToGetAnother}`,
  )
}
