import { can, type Principal } from '../access/can.ts'
import type { Push, PushDeviceState, PushSummary } from '../contract/pushes.ts'
import type { Devices } from '../devices/devices.ts'
import {
  type DeviceState,
  isToRetry,
  isUnderWay,
  type PushOutline,
  type PushState,
} from '../inject/push-run.ts'

type Inventory = Pick<Devices, 'find'>
type Place = Pick<DeviceState, 'deviceId' | 'projectId'>

/** Those that the principal may see: by the project in which they are now, or were at last. */
export function seenDevices<T extends Place>(
  { devices }: { devices: readonly T[] },
  principal: Principal,
  inventory: Inventory,
): T[] {
  return devices.filter((device) => may(device, principal, 'device.view', inventory))
}

export function pushSummaryView(state: PushOutline, principal: Principal, inventory: Inventory): PushSummary {
  const { push, order } = state
  const seen = seenDevices(state, principal, inventory)
  const { id, userId, userName, createdAt, endedAt, retryOf } = push
  const { act, dryRun, account, login, sudo = false, way, port } = order
  const ours = userId === principal.userId || principal.admin
  return {
    id,
    act,
    dryRun,
    account,
    login,
    sudo,
    way,
    port,
    by: { id: userId, name: userName },
    createdAt,
    endedAt,
    counts: countsOf(seen),
    retryOf,
    may: {
      cancel: ours && seen.some(isUnderWay),
      retry:
        endedAt !== null &&
        seen.some((device) => isToRetry(device) && may(device, principal, 'device.push', inventory)),
    },
  }
}

/** With `after`, only devices that changed since that revision. */
export function pushView(
  state: PushState,
  principal: Principal,
  inventory: Inventory,
  after: number | undefined = undefined,
): Push {
  const devices = seenDevices(state, principal, inventory)
    .filter(({ revision }) => after === undefined || revision > after)
    .map(({ result, ...device }) => ({ ...device, ...result }))
  const agent = state.agent && { ...state.agent, yours: state.push.userId === principal.userId }
  return { ...pushSummaryView(state, principal, inventory), agent, revision: state.revision, devices }
}

function countsOf(devices: PushOutline['devices']): Record<PushDeviceState, number> {
  const counts = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0, interrupted: 0 }
  for (const { state } of devices) counts[state] += 1
  return counts
}

function may(
  device: Place,
  principal: Principal,
  action: 'device.view' | 'device.push',
  inventory: Inventory,
): boolean {
  const projectId = inventory.find(device.deviceId)?.projectId ?? device.projectId
  return can(principal, action, { kind: 'device', projectId }) === 'yes'
}
