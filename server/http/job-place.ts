import { demand, type Principal } from '../access/can.ts'
import { notFound } from '../base/errors.ts'
import type { HeldConsole } from '../console/console.ts'
import type { Consoles } from '../console/consoles.ts'
import type { Action } from '../contract/access.ts'
import type { Devices } from '../devices/devices.ts'
import type { JobPlace } from '../operator/job-run.ts'
import type { StartedJob } from '../operator/jobs.ts'
import { permissionsOf } from './console-socket.ts'
import type { LiveViewers } from './live-viewers.ts'

/** What finds the console that a job is to type on, and watches over the rights of who ordered it. */
export interface JobPlaceParts {
  devices: Devices
  consoles: Consoles
  live: LiveViewers
}

export interface Found {
  console: HeldConsole
  projectId: string
  name: string
  demo: boolean
}

/** Throws AppError: hidden or forbidden. */
export function find(
  id: string,
  principal: Principal,
  action: Action,
  { devices, consoles }: JobPlaceParts,
): Found {
  const device = devices.find(id)
  const console = consoles.get(id)
  if (device === undefined || console === undefined) throw notFound()
  const { projectId, name, transport } = device
  demand(principal, action, { kind: 'device', projectId })
  return { console, projectId, name, demo: transport.kind === 'demo' }
}

export function place(principal: Principal, { console, projectId }: Found): JobPlace {
  const { userId: id, name, email, address } = principal
  return { console, actor: { id, name, email, address }, permissions: permissionsOf(principal, projectId) }
}

/** Whoever may no longer write stops writing, whatever writes for them. */
export function follow(
  started: StartedJob,
  principal: Principal,
  { console, projectId }: Found,
  parts: JobPlaceParts,
) {
  const { attachment, ended } = started
  const entry = parts.live.add({ principal, projectId, deviceId: console.deviceId, attachment })
  ended.finally(() => entry.remove())
  return started
}
