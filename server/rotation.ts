import { type Audit, resealHead } from './audit/audit.ts'
import { gatewayItself } from './audit/entry.ts'
import type { Clock } from './base/clock.ts'
import { AppError } from './base/errors.ts'
import type { Secret } from './base/secret.ts'
import { alone, inTransaction, type Store } from './store/database.ts'
import { deviceRepository } from './store/devices.ts'
import { overwriteDeleted } from './store/forget.ts'
import { type HeldMasterKey, type MasterKey, parseMasterKey } from './store/master-key.ts'
import { metaRepository } from './store/meta.ts'
import { prepareNextKey, takeNextKey } from './store/next-key.ts'
import { provisionRepository } from './store/provisions.ts'
import { resealAll } from './store/sealed.ts'

/** Exchanges the master key for another one. */
export interface RotationParts {
  store: Store
  masterKey: HeldMasterKey
  audit: Pick<Audit, 'within'>
  clock: Pick<Clock, 'now'>
}

export interface RotationOrder {
  /** 32 bytes as base64 or hexadecimal. */
  next: Secret
  /** Where the next start finds it; undefined where a person sees to that. */
  place: KeyPlace | undefined
}

export interface KeyPlace {
  /** Puts the new key beside the old one, safe on disk. */
  prepare(key: Secret): Promise<void>
  /** The database needs the new one now, which takes the place of the old. Gives where that is kept. */
  take(): Promise<string | undefined>
}

export interface Rotated {
  /** The first eight digits of the keys' marks. */
  from: string
  to: string
  resealed: number
  /** Entries that opened under neither key. */
  damaged: number
  /** Addresses of first boots that are dead now: they rested on the old key. */
  revoked: number
  /** Null also where it could not be replaced: then the new one stands beside it, where the next start finds it. */
  oldKeyFile: string | null
  /** Whether the files hold nothing of the old sealing any more; not while another program reads the database. */
  overwritten: boolean
}

export function keyFilePlace(path: string): KeyPlace {
  return { prepare: (key) => prepareNextKey(path, key), take: () => takeNextKey(path) }
}

/**
 * Seals everything anew, while the gateway runs: in one transaction, with its audit entry. Cut off at any moment, the database needs the
 * key whose mark it bears, and one of the two files beside each other has that.
 * @throws AppError `wrong-master-key` when the new one is none, `bad-request` when it is the one in use.
 */
export async function rotateMasterKey(
  parts: RotationParts,
  { next, place }: RotationOrder,
): Promise<Rotated> {
  const { store, masterKey } = parts
  const from = masterKey.now
  const to = parseMasterKey(next)
  if (to === undefined) throw noKey()
  if (to.id === from.id) throw inUse(to)
  await place?.prepare(next)
  const counts = await alone(store, async (only) => {
    const done = await inTransaction(only, (within) => exchange(within, { ...parts, from, to }))
    masterKey.exchange(to)
    return done
  })
  // It is done: what fails from here on, the next start makes good.
  const oldKeyFile = (await place?.take().catch(() => undefined)) ?? null
  const overwritten = await overwriteDeleted(store).catch(() => false)
  return { from: shown(from), to: shown(to), ...counts, oldKeyFile, overwritten }
}

interface Exchange extends Pick<RotationParts, 'audit' | 'clock'> {
  from: MasterKey
  to: MasterKey
}

async function exchange(within: Store, { audit, clock, from, to }: Exchange) {
  const { resealed, damaged } = await resealAll(within, from, to)
  const revoked = await revokeAddresses(within, { audit, clock })
  const detail = { from: shown(from), to: shown(to), resealed, damaged, revoked }
  await audit.within(within).record({ action: 'master-key.rotated', by: gatewayItself, detail })
  await metaRepository(within).write('master-key', to.id)
  await resealHead(within, from, to)
  return { resealed, damaged, revoked }
}

/** Addresses of first boots are signed by a key that rests on the master key: whoever has the old one could make them up. */
async function revokeAddresses(
  within: Store,
  { audit, clock }: Pick<RotationParts, 'audit' | 'clock'>,
): Promise<number> {
  const rows = await provisionRepository(within).underWay()
  for (const row of rows) {
    const endedAt = clock.now()
    await provisionRepository(within).save({ ...row, passwordHash: null, endedAt, outcome: 'revoked' })
    const device = await deviceRepository(within).find(row.deviceId)
    const place = {
      deviceId: row.deviceId,
      projectId: device?.projectId ?? null,
      target: device?.name ?? null,
    }
    const detail = { why: 'the master key was exchanged' }
    await audit.within(within).record({ ...place, action: 'provision.revoked', by: gatewayItself, detail })
  }
  return rows.length
}

const shown = ({ id }: MasterKey): string => id.slice(0, 8)

const noKey = (): AppError =>
  new AppError(
    'wrong-master-key',
    'What was given as the new master key is none: that is 32 bytes as base64 (44 characters) or as 64 hexadecimal digits. ' +
      'Nothing was changed. Make one with: openssl rand -base64 32',
  )

const inUse = (key: MasterKey): AppError =>
  new AppError(
    'bad-request',
    `The key that was given (${shown(key)}) is the one in use. Nothing was changed. Give another one: openssl rand -base64 32`,
  )
