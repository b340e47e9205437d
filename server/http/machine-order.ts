import { actorOf, capacityOf } from '../access/actor.ts'
import type { Principal } from '../access/can.ts'
import { AppError } from '../base/errors.ts'
import type { Action } from '../contract/access.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { PowerActor } from '../power/power.ts'

/** Throws AppError `bad-request` unless the device's name was typed by who orders something that stops what runs there. */
export function demandConfirmed({ name }: DeviceRecord, confirm: string, nothing: string): void {
  if (confirm === name) return
  const message = `Type the device's name, ${name}, to say that it is the one you mean.`
  throw new AppError('bad-request', `${nothing} ${message}`, { mistakes: [{ path: ['confirm'], message }] })
}

/** Who orders it, and what entitles them. */
export function ordering(principal: Principal, { projectId }: DeviceRecord, action: Action): PowerActor {
  const capacity = capacityOf(principal, action, { kind: 'device', projectId })
  return { ...actorOf(principal), label: principal.name, capacity }
}
