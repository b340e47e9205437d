import type { Access } from '../access/access.ts'
import { actorOf, capacityOf } from '../access/actor.ts'
import { can, demand, type Principal } from '../access/can.ts'
import type { Audit } from '../audit/audit.ts'
import { AppError, notFound } from '../base/errors.ts'
import type { Consoles } from '../console/consoles.ts'
import type { Action } from '../contract/access.ts'
import type { Device, EditDevice } from '../contract/devices.ts'
import { routes } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { hideSecrets } from '../devices/secrets.ts'
import type { Editor } from '../devices/writes.ts'
import { AtOnce } from './at-once.ts'
import { deviceView } from './device-view.ts'
import { type Endpoint, endpoint } from './endpoint.ts'

export interface DeviceRouteParts {
  access: Access
  audit: Audit
  devices: Devices
  consoles: Consoles
  ownersMayDefineDevices: boolean
}

/** A test takes up to 20 s and may be a program of its own. A person tries one thing at a time. */
const testsAtOnce = 4

function tooManyTests(): AppError {
  return new AppError(
    'try-later',
    `${testsAtOnce} tests of yours are under way, and no more are done at once. Wait until one has ended.`,
    { retryAfter: 5 },
  )
}

/** The inventory, and acts on a console that need no attachment. */
export function deviceEndpoints(parts: DeviceRouteParts): Endpoint[] {
  const { devices, consoles, audit } = parts
  const find = (id: string): DeviceRecord => devices.find(id) ?? missing()
  const view = async (device: DeviceRecord, principal: Principal): Promise<Device> => {
    const names = await projectNames(parts.access, principal)
    return deviceView(device, principal, {
      projectName: (id) => names.get(id) ?? '',
      console: (id) => consoles.get(id) ?? missing(),
    })
  }
  const allowed = (id: string, principal: Principal, action: Action): DeviceRecord => {
    const device = find(id)
    demand(principal, action, { kind: 'device', projectId: device.projectId })
    return device
  }
  const tests = new AtOnce(testsAtOnce, tooManyTests)
  return [
    endpoint(routes.devices, async ({ principal }) => {
      const names = await projectNames(parts.access, principal)
      const view = {
        projectName: (id: string) => names.get(id) ?? '',
        console: (id: string) => consoles.get(id) ?? missing(),
      }
      return devices
        .list()
        .filter(({ projectId }) => can(principal, 'device.view', { kind: 'device', projectId }) === 'yes')
        .map((device) => deviceView(device, principal, view))
    }),

    endpoint(routes.device, async ({ principal, params }) =>
      view(allowed(params.id, principal, 'device.view'), principal),
    ),

    endpoint(routes.createDevice, async ({ principal, body }) => {
      demand(principal, 'device.create', { kind: 'project', projectId: body.projectId })
      demandMayDefine(principal, parts)
      const by = editor(principal, 'device.create', body.projectId)
      return view(await devices.create({ ...body, secrets: hideSecrets(body.secrets) }, by), principal)
    }),

    endpoint(routes.editDevice, async ({ principal, params, body }) => {
      const device = allowed(params.id, principal, 'device.edit')
      demandEdit(principal, device, body, parts)
      const { secrets, ...fields } = body
      const edit = { ...fields, ...(secrets && { secrets: hideSecrets(secrets) }) }
      return view(
        await devices.edit(device.id, edit, editor(principal, 'device.edit', device.projectId)),
        principal,
      )
    }),

    endpoint(routes.deleteDevice, async ({ principal, params }) => {
      const device = allowed(params.id, principal, 'device.delete')
      await devices.remove(device.id, editor(principal, 'device.delete', device.projectId))
    }),

    endpoint(routes.testConnection, async ({ principal, body }) => {
      demand(principal, 'device.create', { kind: 'project', projectId: body.projectId })
      if (body.deviceId !== undefined) allowed(body.deviceId, principal, 'device.edit')
      demandMayDefine(principal, parts)
      const { transport, secrets, deviceId } = body
      const byAdmin = principal.admin
      const prepared = await devices.prepareTest({
        transport,
        secrets: hideSecrets(secrets),
        deviceId,
        byAdmin,
      })
      const result = await tests.run(principal.userId, () => consoles.testConnection(prepared))
      await audit.recordOrLog({
        action: 'device.tested',
        by: actorOf(principal),
        projectId: body.projectId,
        deviceId: deviceId ?? null,
        detail: {
          transport: transport.kind,
          ...targetOf(transport),
          ok: result.ok,
          ...(result.ok ? {} : { cause: result.cause.code }),
        },
      })
      return result
    }),

    endpoint(routes.acceptHostKey, async ({ principal, params, body }) => {
      const device = allowed(params.id, principal, 'device.secrets')
      demandShown(device, body.fingerprint, consoles)
      const by = editor(principal, 'device.secrets', device.projectId)
      return view(await devices.acceptHostKey(device.id, body.fingerprint, by), principal)
    }),

    endpoint(routes.reconnect, async ({ principal, params }) => {
      const device = allowed(params.id, principal, 'device.reconnect')
      await audit.recordOrLog({
        action: 'device.reconnected',
        by: actorOf(principal),
        projectId: device.projectId,
        deviceId: device.id,
        target: device.name,
        detail: capacityOf(principal, 'device.reconnect', { kind: 'device', projectId: device.projectId }),
      })
      consoles.get(device.id)?.reconnect()
      return view(device, principal)
    }),
  ]
}

async function projectNames(access: Access, principal: Principal): Promise<Map<string, string>> {
  return new Map((await access.projects(principal)).map(({ id, name }) => [id, name]))
}

function editor(principal: Principal, action: Action, projectId: string): Editor {
  const capacity = capacityOf(principal, action, { kind: 'device', projectId })
  return { actor: actorOf(principal), byAdmin: principal.admin, capacity }
}

/** What an edit may touch: moving needs the right in both projects, credentials and transport a right of their own. */
function demandEdit(
  principal: Principal,
  device: DeviceRecord,
  edit: EditDevice,
  parts: DeviceRouteParts,
): void {
  if (edit.projectId !== undefined && edit.projectId !== device.projectId) {
    demand(principal, 'device.create', { kind: 'project', projectId: edit.projectId })
  }
  if (edit.secrets !== undefined)
    demand(principal, 'device.secrets', { kind: 'device', projectId: device.projectId })
  if (edit.transport !== undefined) demandMayDefine(principal, parts)
}

/** To say how a console is reached is to say where the gateway connects to, from where it stands in the network. */
function demandMayDefine(principal: Principal, { ownersMayDefineDevices }: DeviceRouteParts): void {
  if (principal.admin || ownersMayDefineDevices) return
  throw new AppError(
    'forbidden',
    'On this gateway only instance admins say how a console is reached (owners_may_define_devices is false). Ask one to add or change this device.',
  )
}

/** Only a key that the far end shows now can be accepted: between looking and accepting it may have become another. */
function demandShown(device: DeviceRecord, fingerprint: string, consoles: Consoles): void {
  const line = consoles.get(device.id)?.summary().line
  const offered = line?.state === 'waiting' ? line.cause.offered : undefined
  if (offered === fingerprint) return
  throw new AppError(
    'bad-request',
    offered === undefined
      ? `${device.name} shows no host key that waits to be accepted. Reconnect, and look again.`
      : `${device.name} now shows another host key: ${offered}. Compare that one before you accept it.`,
  )
}

function targetOf(transport: DeviceRecord['transport']): { host?: string; port?: number } {
  return 'host' in transport ? { host: transport.host, port: transport.port } : {}
}

function missing(): never {
  throw notFound()
}
