import type { Access } from '../access/access.ts'
import { can, type Principal } from '../access/can.ts'
import { AppError, notFound } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { routes } from '../contract/routes.ts'
import type { Output } from '../contract/schema.ts'
import type { SshPasswordChange, sshPasswordRequest } from '../contract/ssh-password.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { demandKept } from '../inject/kept-password.ts'
import type { ReadySshPassword, SshPasswords } from '../recover/ssh-passwords.ts'
import { generateRootPassword } from '../vault/generate.ts'
import type { Vault } from '../vault/vault.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { type Found, find, follow, type JobPlaceParts, place } from './job-place.ts'
import { ordering } from './machine-order.ts'
import { demandOwnRoot, keptRootPassword, sealing } from './root-password.ts'

export interface SshPasswordRouteParts extends JobPlaceParts {
  access: Pick<Access, 'renew'>
  sshPasswords: SshPasswords
  vault: Pick<Vault, 'use' | 'keep'>
}

/** A new root password over SSH, where a key or the password of now still lets in. */
export function sshPasswordEndpoints(parts: SshPasswordRouteParts): Endpoint[] {
  const { sshPasswords, access } = parts
  const view = (id: string, principal: Principal): SshPasswordChange | null => {
    const state = sshPasswords.of(id)
    const yours = state?.userId === principal.userId
    return state && { ...state, agent: state.agent && { ...state.agent, yours } }
  }
  return [
    endpoint(routes.rootPasswordOverSsh, async ({ principal, params }) => {
      find(params.id, principal, 'device.view', parts)
      return view(params.id, principal)
    }),

    endpoint(routes.setRootPasswordOverSsh, async ({ principal, params, body }) => {
      const found = find(params.id, principal, 'password.set', parts)
      const device = deviceOf(found, parts)
      demandOwnRoot(found)
      if (device.address === null) throw new AppError('bad-request', noAddress(device))
      const next = body.next === undefined ? generateRootPassword() : new Secret(body.next)
      const prepare = async (): Promise<ReadySshPassword | undefined> => {
        const now = await access.renew(principal, 'quiet')
        return now && maySet(now, deviceOf(found, parts)) ? readyFor(now, device.id, next, parts) : undefined
      }
      const password = await passwordOf(body, principal, device, found, parts)
      const order = { next, password, port: body.port, hostKey: body.hostKey }
      const by = ordering(principal, device, 'password.set')
      await sshPasswords.begin(device, order, { by, prepare })
      return view(device.id, principal)
    }),

    endpoint(routes.stopRootPasswordOverSsh, async ({ principal, params }) => {
      find(params.id, principal, 'password.set', parts)
      sshPasswords.stop(params.id, principal)
      return view(params.id, principal)
    }),
  ]
}

function deviceOf({ console }: Found, { devices }: SshPasswordRouteParts): DeviceRecord {
  const device = devices.find(console.deviceId)
  if (device === undefined) throw notFound()
  return device
}

const maySet = (principal: Principal, { projectId }: DeviceRecord): boolean =>
  can(principal, 'password.set', { kind: 'device', projectId }) === 'yes'

function readyFor(
  principal: Principal,
  id: string,
  next: Secret,
  parts: SshPasswordRouteParts,
): ReadySshPassword {
  const found = find(id, principal, 'password.set', parts)
  const seal = sealing(principal, found, 'ssh', parts)
  return {
    device: deviceOf(found, parts),
    place: place(principal, found),
    seal: () => seal(next),
    follow: (started) => void follow(started, principal, found, parts),
  }
}

/** None where an agent logs in. */
async function passwordOf(
  { login, hostKey }: Output<typeof sshPasswordRequest>,
  principal: Principal,
  device: DeviceRecord,
  found: Found,
  parts: SshPasswordRouteParts,
): Promise<Secret | undefined> {
  if (login.from === 'agent') return undefined
  if (login.from === 'given') return new Secret(login.password)
  demandKept(principal, device, { hostKeys: hostKey === undefined ? {} : { [device.id]: hostKey } })
  return keptRootPassword(principal, found, 'a new root password over SSH', parts)
}

const noAddress = ({ name }: DeviceRecord) =>
  `${name} has no address here, so that SSH cannot reach it. Give it one, or set the password over its console.`
