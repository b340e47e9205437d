import { actorOf, capacityOf } from '../access/actor.ts'
import { can, demand, type Principal } from '../access/can.ts'
import type { Detail } from '../audit/entry.ts'
import { AppError } from '../base/errors.ts'
import type { KeyChoice } from '../contract/keys.ts'
import { inTransaction, type Store } from '../store/database.ts'
import { keyChoiceRepository } from '../store/key-choices.ts'
import { keySourceRepository } from '../store/key-sources.ts'
import { keyRepository, type StoredKey } from '../store/keys.ts'
import { claimsOf } from './effective.ts'
import type { DeviceKeysParts, KeyDevice } from './parts.ts'
import { ownerOf, resourceOf } from './portal-key.ts'

interface Choosing {
  device: KeyDevice
  choice: KeyChoice
}

/** Chooses which keys a device hands out. Choosing the same again changes nothing and is not recorded. */
export async function choose(
  { store, audit }: DeviceKeysParts,
  principal: Principal,
  { device, choice }: Choosing,
): Promise<void> {
  const resource = { kind: 'device', projectId: device.projectId } as const
  demand(principal, 'key.view', resource)
  await inTransaction(store, async (within) => {
    const named = [...new Set([...choice.select, ...choice.deselect])]
    const keys = await effectiveOf(within, device, named)
    const own = keys.every((key) => can(principal, 'key.select', resourceOf(ownerOf(key))) === 'yes')
    // Whoever may not choose for all hears that, and not which keys there are.
    if (!own || keys.length < named.length || choice.byDefault !== undefined) {
      demand(principal, 'key.select', resource)
    }
    demandSense(choice, { named, effective: keys })
    const changed = await write(within, device.id, choice)
    if (Object.keys(changed).length === 0) return
    const detail = { ...inWords(changed, keys), ...capacityOf(principal, 'key.select', resource) }
    await audit.within(within).record({
      action: 'device.keys-chosen',
      by: actorOf(principal),
      projectId: device.projectId,
      deviceId: device.id,
      target: device.name,
      detail,
    })
  })
}

/** Those of these keys that belong on the device. */
async function effectiveOf(within: Store, device: KeyDevice, ids: readonly string[]): Promise<StoredKey[]> {
  const keys = await keyRepository(within).findMany(ids)
  const sources = await keySourceRepository(within).list(device.projectId)
  return claimsOf(keys, sources).map(({ key }) => key)
}

function demandSense(
  { select, deselect }: KeyChoice,
  { named, effective }: { named: readonly string[]; effective: readonly StoredKey[] },
): void {
  const field = select.some((id) => deselect.includes(id)) ? 'deselect' : 'select'
  const message =
    field === 'deselect'
      ? 'names a key that is selected too'
      : 'names a key that does not belong on this device'
  if (field === 'select' && effective.length === named.length) return
  throw new AppError('bad-request', `Nothing was changed. ${field}: ${message}`, {
    mistakes: [{ path: [field], message }],
  })
}

/** What really changed. */
interface Changed {
  byDefault?: boolean
  selected?: string[]
  deselected?: string[]
}

async function write(within: Store, deviceId: string, choice: KeyChoice): Promise<Changed> {
  const choices = keyChoiceRepository(within)
  const { byDefault, select, deselect } = choice
  const before = await choices.chosen(deviceId, [...select, ...deselect])
  const newly = (ids: string[], selected: boolean): string[] =>
    ids.filter((id) => before.get(id) !== selected)
  const selected = newly(select, true)
  const deselected = newly(deselect, false)
  await choices.choose(deviceId, selected, true)
  await choices.choose(deviceId, deselected, false)
  const turned = byDefault !== undefined && byDefault !== (await choices.byDefault(deviceId))
  if (turned) await choices.setDefault(deviceId, byDefault)
  return {
    ...(turned && { byDefault }),
    ...(selected.length > 0 && { selected }),
    ...(deselected.length > 0 && { deselected }),
  }
}

/** Fingerprints, as many as an audit entry holds. */
function inWords({ byDefault, selected, deselected }: Changed, keys: readonly StoredKey[]): Detail {
  const fingerprints = new Map(keys.map(({ id, sha256 }) => [id, sha256]))
  const words = (ids: string[]) => `${ids.length}: ${ids.map((id) => fingerprints.get(id)).join(', ')}`
  return {
    ...(byDefault !== undefined && { byDefault }),
    ...(selected && { selected: words(selected) }),
    ...(deselected && { deselected: words(deselected) }),
  }
}
