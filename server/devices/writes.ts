import type { Act, Actor, Detail } from '../audit/entry.ts'
import type { Plan } from './plan.ts'
import type { DeviceRecord } from './record.ts'
import type { Write } from './writer.ts'

/** On whose behalf the inventory changes. Whether they may is decided before (access/can.ts). */
export interface Editor {
  actor: Actor
  /** An instance admin, who alone may set up what reaches into the gateway's own machine. */
  byAdmin: boolean
  /** In what capacity they act, for the audit. */
  capacity?: Detail
}

export function creation({ device, secrets, detail }: Plan, by: Editor): Write {
  const act = actOf('device.created', device, by)
  return { change: { kind: 'created', device }, secrets, acts: [withDetail(act, detail)] }
}

export function edition(
  before: DeviceRecord,
  { device, secrets, detail }: Plan,
  by: Editor,
): Write | undefined {
  if (Object.keys(detail).length === 0) return undefined
  const act = withDetail(actOf('device.changed', device, by), detail)
  const secretsChanged = Object.keys(secrets).length > 0
  const acts = device.projectId === before.projectId ? [act] : [departure(before, detail, by), act]
  return { change: { kind: 'changed', device, before, secretsChanged }, secrets, acts }
}

/** Told to the project it left, or its owners would never read why it is gone; how it goes on elsewhere is not theirs to know. */
function departure(before: DeviceRecord, { projectId = null }: Detail, by: Editor): Act {
  return withDetail(actOf('device.changed', before, by), { projectId })
}

export function acceptance(before: DeviceRecord, { device, secrets, detail }: Plan, by: Editor): Write {
  const act = withDetail(actOf('device.host-key-accepted', device, by), detail)
  return { change: { kind: 'changed', device, before, secretsChanged: false }, secrets, acts: [act] }
}

export function removal(device: DeviceRecord, by: Editor): Write {
  return { change: { kind: 'removed', device }, secrets: {}, acts: [actOf('device.deleted', device, by)] }
}

function actOf(action: Act['action'], device: DeviceRecord, { actor, capacity = {} }: Editor): Act {
  return {
    action,
    by: actor,
    projectId: device.projectId,
    deviceId: device.id,
    target: device.name,
    detail: capacity,
  }
}

function withDetail(act: Act, detail: Detail): Act {
  return { ...act, detail: { ...act.detail, ...detail } }
}
