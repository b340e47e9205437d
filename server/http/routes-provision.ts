import type { Express } from 'express'
import { actorOf, capacityOf } from '../access/actor.ts'
import { can, demand, type Principal } from '../access/can.ts'
import type { Clock } from '../base/clock.ts'
import { notFound } from '../base/errors.ts'
import type { Action } from '../contract/access.ts'
import { type HostKeys, knownHostsQuery, type ProvisioningState } from '../contract/provision.ts'
import { paths, routes } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { judge } from '../provision/judge.ts'
import type { Keyring } from '../provision/keyring.ts'
import { knownHosts } from '../provision/known-hosts.ts'
import type { Provisioner, Provisions } from '../provision/provisions.ts'
import { provisioningOf } from '../provision/view.ts'
import { decode } from './decode.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { admit, type GateOptions } from './gate.ts'

export interface ProvisionRouteParts {
  devices: Devices
  provisions: Provisions
  keyring: Keyring
  clock: Clock
  /** Under which origin machines reach this gateway. */
  originFor(host: string): string
}

/** First boots and the host keys that were heard at them. */
export function provisionEndpoints(parts: ProvisionRouteParts): Endpoint[] {
  const { devices, provisions, keyring, clock } = parts
  const allowed = (id: string, principal: Principal, action: Action) => {
    const device = devices.find(id)
    if (device === undefined) throw notFound()
    demand(principal, action, placeOf(device))
    const by = { actor: actorOf(principal), capacity: capacityOf(principal, action, placeOf(device)) }
    return { device, by } satisfies { device: DeviceRecord; by: Provisioner }
  }
  const may = (principal: Principal, device: DeviceRecord): boolean =>
    can(principal, 'device.provision', placeOf(device)) === 'yes'

  async function state(device: DeviceRecord, principal: Principal): Promise<ProvisioningState> {
    const row = await provisions.lastOf(device.id)
    return {
      provisioning: row === undefined ? null : provisioningOf(row, clock),
      may: { provision: may(principal, device) },
    }
  }

  async function hostKeys(device: DeviceRecord, principal: Principal): Promise<HostKeys> {
    return { ...(await keyring.of(device.id)), may: { forget: may(principal, device) } }
  }

  return [
    endpoint(routes.provisioning, ({ principal, params }) =>
      state(allowed(params.id, principal, 'device.view').device, principal),
    ),

    endpoint(routes.markForProvisioning, async ({ principal, params, body, visitor }) => {
      const { device, by } = allowed(params.id, principal, 'device.provision')
      const { row, token } = await provisions.mark(device, body, by)
      const address = `${parts.originFor(visitor.host)}/provision/${token}/`
      const kernelArgument = `ds=nocloud-net;s=${address}`
      return { provisioning: provisioningOf(row, clock), address, kernelArgument }
    }),

    endpoint(routes.revokeProvisioning, async ({ principal, params }) => {
      const { device, by } = allowed(params.id, principal, 'device.provision')
      await provisions.revoke(device, by)
      return state(device, principal)
    }),

    endpoint(routes.hostKeys, ({ principal, params }) =>
      hostKeys(allowed(params.id, principal, 'device.view').device, principal),
    ),

    endpoint(routes.forgetHostKeys, async ({ principal, params }) => {
      const { device, by } = allowed(params.id, principal, 'device.provision')
      await keyring.forget({ deviceId: device.id, projectId: device.projectId, target: device.name }, by)
      return hostKeys(device, principal)
    }),
  ]
}

/** `GET /api/known_hosts`: text, for `curl > ~/.ssh/known_hosts.lifeline` and for the page. */
export function mountKnownHosts(
  app: Express,
  { devices, keyring }: ProvisionRouteParts,
  gate: GateOptions,
): void {
  app.get(paths.knownHosts, async (request, response) => {
    const principal = await admit(request, routes.devices, gate)
    if (principal === undefined) throw notFound()
    const { deviceId, hashed, unverified } = decode(knownHostsQuery, request.query, 'query')
    const seen = devices
      .list()
      .filter((device) => deviceId === undefined || device.id === deviceId)
      .filter((device) => can(principal, 'device.view', placeOf(device)) === 'yes')
    if (deviceId !== undefined && seen.length === 0) throw notFound()
    const judged = await keyring.all()
    const hosts = seen.map(({ id, name, address }) => ({
      names: address === null ? [name] : [name, address],
      judged: judged.get(id) ?? judge([]),
    }))
    response
      .type('text/plain')
      .send(knownHosts(hosts, { hashed: hashed === '1', unverified: unverified === '1' }))
  })
}

function placeOf({ projectId }: DeviceRecord): { kind: 'device'; projectId: string } {
  return { kind: 'device', projectId }
}
