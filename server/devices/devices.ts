import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { notFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import { Signal } from '../base/signal.ts'
import { type DeviceSecretName, deviceSecretNames } from '../contract/transports.ts'
import type { Store } from '../store/database.ts'
import { deviceRepository } from '../store/devices.ts'
import type { SecretStore } from '../store/sealed.ts'
import { planCreation, planEdit, planHostKey, planTest, type TestRequest } from './plan.ts'
import type { DeviceEdit, DeviceInput, DeviceRecord } from './record.ts'
import type { DeviceSecrets } from './secrets.ts'
import { createWriter, type DeviceChange, type Write } from './writer.ts'
import { acceptance, creation, type Editor, edition, removal } from './writes.ts'

/**
 * The inventory. Records are held in memory as the database has them, so looking is immediate. Each change is one transaction with
 * its secrets and its audit entry; changes happen one after another, and `changes` tells of one before the next begins.
 * What changes anything rejects with AppError `bad-request` (with mistakes), `forbidden`, `already-exists` or `not-found`.
 */
export interface Devices {
  readonly changes: Signal<DeviceChange>
  /** By name. */
  list(): DeviceRecord[]
  find(id: string): DeviceRecord | undefined
  /** Credentials to open the line with. */
  secretsOf(id: string): Promise<DeviceSecrets>
  create(input: DeviceInput, by: Editor): Promise<DeviceRecord>
  edit(id: string, edit: DeviceEdit, by: Editor): Promise<DeviceRecord>
  remove(id: string, by: Editor): Promise<void>
  /** Pins the host key (`SHA256:...`) that a person saw and accepts. That the far end still shows it, the caller has made sure. */
  acceptHostKey(id: string, fingerprint: string, by: Editor): Promise<DeviceRecord>
  /** What a test connection may use: credentials that are not given are the kept ones, but only towards where they belong. */
  prepareTest(request: TestConnection): Promise<PreparedTest>
}

export type TestConnection = Omit<TestRequest, 'device'> & { deviceId: string | undefined }
export type PreparedTest = Pick<DeviceRecord, 'transport' | 'allowLocalTargets'> & { secrets: DeviceSecrets }

export interface DevicesParts {
  store: Store
  secrets: SecretStore
  audit: Pick<Audit, 'within'>
  clock: Clock
  log: Log
}

export async function createDevices(parts: DevicesParts): Promise<Devices> {
  const { clock, secrets } = parts
  const known = await load(parts)
  const changes = new Signal<DeviceChange>()
  const tell = (change: DeviceChange): void => {
    try {
      changes.emit(change)
    } catch (error) {
      // It is done: whoever asked for it must not hear that it failed.
      parts.log.error(
        { err: error, deviceId: change.device.id },
        'A change to the inventory was not followed.',
      )
    }
  }
  const write = createWriter(parts, (change) => {
    if (change.kind === 'removed') known.delete(change.device.id)
    else known.set(change.device.id, change.device)
    tell(change)
  })
  const demand = (id: string): DeviceRecord => known.get(id) ?? missing()
  const circumstances = ({ byAdmin }: Editor) => ({ byAdmin, now: clock.now() })

  async function change(
    id: string,
    decide: (before: DeviceRecord) => Write | undefined,
  ): Promise<DeviceRecord> {
    await write(() => decide(demand(id)))
    return demand(id)
  }

  async function kept(id: string, names: readonly DeviceSecretName[]): Promise<DeviceSecrets> {
    const found: DeviceSecrets = {}
    for (const name of names) {
      const secret = await secrets.get({ kind: 'device', id }, name)
      if (secret !== undefined) found[name] = secret
    }
    return found
  }

  return {
    changes,
    list: () => [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (id) => known.get(id),
    secretsOf: (id) => kept(id, known.get(id)?.secretsKept ?? []),

    async create(input, by) {
      const plan = planCreation(newId('dev'), input, circumstances(by))
      await write(() => creation(plan, by))
      return plan.device
    },

    edit: (id, edit, by) =>
      change(id, (before) => edition(before, planEdit(before, edit, circumstances(by)), by)),

    async remove(id, by) {
      await write(() => removal(demand(id), by))
    },

    acceptHostKey: (id, fingerprint, by) =>
      change(id, (before) => acceptance(before, planHostKey(before, fingerprint, clock.now()), by)),

    async prepareTest({ deviceId, ...request }) {
      const device = deviceId === undefined ? undefined : demand(deviceId)
      const plan = planTest({ ...request, device })
      const standIns = device === undefined ? {} : await kept(device.id, plan.kept)
      const { transport, allowLocalTargets } = plan
      return { transport, allowLocalTargets, secrets: { ...standIns, ...plan.given } }
    },
  }
}

async function load({ store, secrets }: DevicesParts): Promise<Map<string, DeviceRecord>> {
  const names = await secrets.namesOfAll('device')
  const devices = await deviceRepository(store).list()
  const withNames = devices.map((device): DeviceRecord => {
    const kept = names.get(device.id) ?? []
    return { ...device, secretsKept: deviceSecretNames.filter((name) => kept.includes(name)) }
  })
  return new Map(withNames.map((device) => [device.id, device]))
}

function missing(): never {
  throw notFound()
}
