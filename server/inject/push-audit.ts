import { capacityOf } from '../access/actor.ts'
import type { Principal } from '../access/can.ts'
import type { Act, Actor, Detail } from '../audit/entry.ts'
import type { PushOrder } from './push-order.ts'
import type { DeviceState, PushState } from './push-run.ts'

/** An entry has room for 32 words. */
const namedKeys = 18

export function pushOrdered(
  push: { id: string; order: PushOrder; projectIds: ReadonlySet<string>; devices: number },
  principal: Principal,
  by: Actor,
): Act {
  const { act, dryRun, account, way, password, keepPassword, sudo, agent, widen = [] } = push.order
  const [projectId = '', ...others] = push.projectIds
  return {
    action: 'push.ordered',
    by,
    projectId: others.length === 0 ? projectId : null,
    target: push.id,
    detail: {
      ...capacityOf(principal, 'device.push', { kind: 'device', projectId }),
      ...{ act, dryRun, account, way, password, devices: push.devices },
      ...(sudo === true && { sudo }),
      ...(agent === true && { agent }),
      ...(keepPassword && { keepPassword }),
      ...(widen.length > 0 && { widen: widen.length }),
    },
  }
}

export function agentAttached({ push, devices }: PushState, by: Actor): Act {
  const [projectId = '', ...others] = new Set(devices.map((device) => device.projectId))
  return {
    action: 'push.agent-attached',
    by,
    projectId: others.length === 0 ? projectId : null,
    target: push.id,
  }
}

/** How a push ended on a device: each key by its fingerprint. */
export function deviceEnded({ push, order }: PushState, device: DeviceState, by: Actor): Act {
  const { act, dryRun, account, login, hostKeys } = order
  const accepted = hostKeys[device.deviceId]
  const { way, keys, found, hostKey, loginKey, cause } = device.result
  const named = keys.slice(0, namedKeys).map(({ sha256, result, proof }) => [sha256, `${result}, ${proof}`])
  const detail: Detail = {
    ...{ push: push.id, act, dryRun, account, login, way, state: device.state, message: device.message },
    ...(hostKey !== null && { hostKey }),
    // Another one than was accepted: nothing was done there.
    ...(cause?.offered !== undefined && { hostKeyOffered: cause.offered }),
    ...(loginKey !== null && { loginKey }),
    ...(accepted !== undefined && { hostKeyAccepted: accepted }),
    ...(found !== null && { found: found.length }),
    ...Object.fromEntries(named),
    ...(keys.length > namedKeys && { more: keys.length - namedKeys }),
  }
  return {
    action: 'device.keys-pushed',
    by,
    projectId: device.projectId,
    deviceId: device.deviceId,
    target: device.name,
    detail,
  }
}
