import type { Audit } from '../audit/audit.ts'
import type { Act } from '../audit/entry.ts'
import { AppError } from '../base/errors.ts'
import { inTransaction, type Store } from '../store/database.ts'
import { deviceRepository } from '../store/devices.ts'
import { isBrokenReference, isDuplicate } from '../store/failures.ts'
import { type SecretStore, secretOwnerKinds } from '../store/sealed.ts'
import type { DeviceRecord } from './record.ts'
import type { SecretChanges } from './secrets.ts'

/** What became of a device. */
export type DeviceChange =
  | { kind: 'created' | 'removed'; device: DeviceRecord }
  | { kind: 'changed'; device: DeviceRecord; before: DeviceRecord; secretsChanged: boolean }

/** A decided change with everything that belongs to it. */
export interface Write {
  change: DeviceChange
  secrets: SecretChanges
  acts: Act[]
}

export interface WriterParts {
  store: Store
  secrets: SecretStore
  audit: Pick<Audit, 'within'>
}

/** Changes devices one after another: each is decided when its turn has come, and written whole or not at all. */
export function createWriter(parts: WriterParts, done: (change: DeviceChange) => void) {
  let turn: Promise<unknown> = Promise.resolve()

  /** `decide` may throw, or return undefined when there is nothing to do. */
  return function write(decide: () => Write | undefined): Promise<void> {
    const mine = turn.then(async () => {
      const decided = decide()
      if (decided === undefined) return
      await inTransaction(parts.store, (within) => writeAll(parts, within, decided)).catch(
        (error: unknown) => {
          throw inWords(error, decided.change.device)
        },
      )
      done(decided.change)
    })
    turn = mine.catch(() => undefined)
    return mine
  }
}

async function writeAll(parts: WriterParts, within: Store, { change, secrets, acts }: Write): Promise<void> {
  const { secretsKept: _, ...stored } = change.device
  const rows = deviceRepository(within)
  const sealed = parts.secrets.within(within)
  const owner = { kind: 'device', id: stored.id } as const
  if (change.kind === 'created') await rows.add(stored)
  if (change.kind === 'changed') await rows.save(stored)
  if (change.kind === 'removed') {
    for (const kind of secretOwnerKinds) await sealed.removeAll({ kind, id: stored.id })
    await rows.remove(stored.id)
  }
  for (const [name, value] of Object.entries(secrets)) {
    if (value === null) await sealed.remove(owner, name)
    else await sealed.put(owner, name, value)
  }
  for (const act of acts) await parts.audit.within(within).record(act)
}

function inWords(error: unknown, device: DeviceRecord): unknown {
  if (isDuplicate(error, 'devices.name')) {
    const message = `There is already a device named ${device.name}. Choose another name.`
    return new AppError('already-exists', message, { cause: error, mistakes: [{ path: ['name'], message }] })
  }
  if (isBrokenReference(error)) {
    const message = 'This project does not exist any more. Choose another one.'
    const mistakes = [{ path: ['projectId'], message }]
    return new AppError('bad-request', message, { cause: error, mistakes })
  }
  return error
}
