import { actorOf, capacityOf } from '../access/actor.ts'
import { can, demand, type Principal } from '../access/can.ts'
import { AppError, notFound } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import type { Action } from '../contract/access.ts'
import type { PowerReading, PowerView } from '../contract/power.ts'
import { routes } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { Editor } from '../devices/writes.ts'
import type { Power } from '../power/power.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { demandConfirmed, ordering } from './machine-order.ts'

export interface PowerRouteParts {
  devices: Devices
  power: Power
  ownersMayDefineDevices: boolean
}

/** Whether machines are on, and switching them. */
export function powerEndpoints(parts: PowerRouteParts): Endpoint[] {
  const { devices, power } = parts
  const allowed = (id: string, principal: Principal, action: Action): DeviceRecord => {
    const device = devices.find(id)
    if (device === undefined) throw notFound()
    demand(principal, action, resourceOf(device))
    return device
  }
  const view = (device: DeviceRecord, principal: Principal, reading: PowerReading | null): PowerView => {
    const control = power.controls.of(device.id)
    const configure = mayConfigure(principal, device, parts)
    return {
      control: configure ? (control?.control ?? null) : null,
      kind: control?.control.kind ?? null,
      passwordKept: control?.passwordKept ?? false,
      reading,
      run: power.run(device.id),
      may: { act: can(principal, 'device.power', resourceOf(device)) === 'yes', configure },
    }
  }
  return [
    endpoint(routes.power, async ({ principal, params }) => {
      const device = allowed(params.id, principal, 'device.view')
      return view(device, principal, await power.read(device.id))
    }),

    endpoint(routes.powerGlances, async ({ principal, body }) =>
      [...new Set(body.devices)].flatMap((deviceId) => {
        const device = devices.find(deviceId)
        const seen = device !== undefined && can(principal, 'device.view', resourceOf(device)) === 'yes'
        return seen ? [{ deviceId, ...power.glance(deviceId) }] : []
      }),
    ),

    endpoint(routes.switchPower, async ({ principal, params, body }) => {
      const device = allowed(params.id, principal, 'device.power')
      demandConfirmed(device, body.confirm, 'Nothing was switched.')
      return power.act(device, body.act, ordering(principal, device, 'device.power'))
    }),

    endpoint(routes.setPowerControl, async ({ principal, params, body }) => {
      const device = demandConfigure(allowed(params.id, principal, 'device.edit'), principal, parts)
      const password = body.password === undefined ? undefined : new Secret(body.password)
      await power.controls.set(device, { control: body.control, password }, editor(principal, device))
      return view(device, principal, await power.read(device.id))
    }),

    endpoint(routes.removePowerControl, async ({ principal, params }) => {
      const device = demandConfigure(allowed(params.id, principal, 'device.edit'), principal, parts)
      await power.controls.remove(device, editor(principal, device))
    }),

    endpoint(routes.acceptPowerCertificate, async ({ principal, params, body }) => {
      const device = demandConfigure(allowed(params.id, principal, 'device.edit'), principal, parts)
      demandShown(device, await power.read(device.id), body.fingerprint)
      await power.controls.pin(device, body.fingerprint, editor(principal, device))
      return view(device, principal, await power.read(device.id))
    }),
  ]
}

const resourceOf = ({ projectId }: DeviceRecord) => ({ kind: 'device', projectId }) as const

/** To say where a machine's power is controlled is to say where the gateway connects to, and with which password. */
function mayConfigure(principal: Principal, device: DeviceRecord, parts: PowerRouteParts): boolean {
  const rights = ['device.edit', 'device.secrets'] as const
  const may = rights.every((action) => can(principal, action, resourceOf(device)) === 'yes')
  return may && (principal.admin || parts.ownersMayDefineDevices)
}

function demandConfigure(device: DeviceRecord, principal: Principal, parts: PowerRouteParts): DeviceRecord {
  demand(principal, 'device.secrets', resourceOf(device))
  if (mayConfigure(principal, device, parts)) return device
  throw new AppError(
    'forbidden',
    'On this gateway only instance admins say how a machine is reached (owners_may_define_devices is false). Ask one to set up its power.',
  )
}

/** Only a certificate that the far end shows now can be accepted: between looking and accepting it may have become another. */
function demandShown(device: DeviceRecord, reading: PowerReading | null, fingerprint: string): void {
  const offered = reading?.power === 'unknown' ? reading.cause.offered : undefined
  if (offered === fingerprint) return
  throw new AppError(
    'bad-request',
    offered === undefined
      ? `The BMC of ${device.name} shows no certificate that waits to be accepted. Look again.`
      : `The BMC of ${device.name} now shows another certificate: ${offered}. Compare that one before you accept it.`,
  )
}

function editor(principal: Principal, device: DeviceRecord): Editor {
  const capacity = capacityOf(principal, 'device.edit', resourceOf(device))
  return { actor: actorOf(principal), byAdmin: principal.admin, capacity }
}
