import { actorOf, capacityOf } from '../access/actor.ts'
import { can, demand, type Principal } from '../access/can.ts'
import { notFound } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import type { Action } from '../contract/access.ts'
import { routes } from '../contract/routes.ts'
import type { RootPassword } from '../contract/vault.ts'
import type { Devices } from '../devices/devices.ts'
import type { Vault, VaultPlace, VaultUser } from '../vault/vault.ts'
import { type Endpoint, endpoint } from './endpoint.ts'

export interface VaultRouteParts {
  devices: Devices
  vault: Vault
}

interface Place extends VaultPlace {
  by: VaultUser
}

/** Root passwords: whether one is kept, keeping and destroying it, and the one answer that shows it. */
export function vaultEndpoints({ devices, vault }: VaultRouteParts): Endpoint[] {
  const allowed = (id: string, principal: Principal, action: Action): Place => {
    const device = devices.find(id)
    if (device === undefined) throw notFound()
    const resource = { kind: 'device', projectId: device.projectId } as const
    demand(principal, action, resource)
    const by = { actor: actorOf(principal), capacity: capacityOf(principal, action, resource) }
    return { deviceId: id, projectId: device.projectId, target: device.name, by }
  }
  const view = async ({ deviceId, projectId }: Place, principal: Principal): Promise<RootPassword> => {
    const may = (action: Action): boolean => can(principal, action, { kind: 'device', projectId }) === 'yes'
    const kept = await vault.look(deviceId)
    return {
      ...kept,
      may: { reveal: may('password.reveal'), use: may('password.use'), set: may('password.set') },
    }
  }
  return [
    endpoint(routes.rootPassword, ({ principal, params }) =>
      view(allowed(params.id, principal, 'device.view'), principal),
    ),

    endpoint(routes.keepRootPassword, async ({ principal, params, body }) => {
      const { by, ...place } = allowed(params.id, principal, 'password.set')
      await vault.keep(place, { password: new Secret(body.password), source: 'person', by })
      return view({ ...place, by }, principal)
    }),

    endpoint(routes.destroyRootPassword, async ({ principal, params }) => {
      const { by, ...place } = allowed(params.id, principal, 'password.set')
      await vault.destroy(place, by)
      return view({ ...place, by }, principal)
    }),

    endpoint(routes.revealRootPassword, async ({ principal, params, body }) => {
      const { by, ...place } = allowed(params.id, principal, 'password.reveal')
      const { password, until, leftMs } = await vault.reveal(place, by, body.reason)
      return { password: password.reveal(), until, leftMs }
    }),
  ]
}
