import type { Access } from '../access/access.ts'
import { demand, type Principal } from '../access/can.ts'
import { AppError, notFound } from '../base/errors.ts'
import { type PushInput, pushInput } from '../contract/pushes.ts'
import type { recoveryRequest } from '../contract/recovery.ts'
import { routes } from '../contract/routes.ts'
import type { Output } from '../contract/schema.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { demandKept } from '../inject/kept-password.ts'
import type { Pushes } from '../inject/pushes.ts'
import type { StartedJob } from '../operator/jobs.ts'
import type { Recoveries } from '../recover/recoveries.ts'
import type { ReadyRecovery, RecoveryOrder } from '../recover/recovery-order.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { type Found, find, follow, type JobPlaceParts, place } from './job-place.ts'
import type { LivePrincipals } from './live-principals.ts'
import { demandConfirmed, ordering } from './machine-order.ts'
import { pushCaller, pushOrderOf } from './push-request.ts'
import { demandRecover, mayForce, mayRecover, recoveryView } from './recovery-view.ts'

export interface RecoveryRouteParts extends JobPlaceParts {
  access: Access
  recoveries: Recoveries
  pushes: Pushes
  principals: LivePrincipals
}

/** The way back to a root login when nobody has the password. */
export function recoveryEndpoints(parts: RecoveryRouteParts): Endpoint[] {
  const { access, devices, recoveries } = parts
  const view = async (device: DeviceRecord, principal: Principal) => {
    const state = recoveries.of(device.id)
    return state && recoveryView(state, device, principal, access)
  }
  const found = (id: string, principal: Principal, action: 'console.watch' | 'console.write') => {
    find(id, principal, action, parts)
    const device = devices.find(id)
    if (device === undefined) throw notFound()
    return device
  }
  return [
    endpoint(routes.recovery, async ({ principal, params }) =>
      view(found(params.id, principal, 'console.watch'), principal),
    ),

    endpoint(routes.startRecovery, async ({ principal, params, body }) => {
      const device = found(params.id, principal, 'console.write')
      demandRecover(principal, device)
      if (device.transport.kind === 'demo') throw new AppError('bad-request', noDemo)
      demandConfirmed(device, body.confirm, 'Nothing was begun.')
      const ready = readyFor(principal, device, body, parts)
      const prepare = async (then: DeviceRecord) => {
        const now = await access.renew(principal, 'quiet')
        return now && mayRecover(now, then) ? readyFor(now, then, body, parts) : undefined
      }
      if (await access.demandsApproval(device.projectId)) await recoveries.ask(device, ready, prepare)
      else recoveries.start(device, ready)
      return view(device, principal)
    }),

    endpoint(routes.answerRecovery, async ({ principal, params, body }) => {
      const device = found(params.id, principal, 'console.write')
      demandRecover(principal, device)
      demandConfirmed(device, body.confirm, 'Your answer does not count yet.')
      const by = ordering(principal, device, 'password.set')
      const answer = { recovery: body.recovery, by, reason: body.reason ?? null }
      await recoveries[body.verdict](device, answer)
      return view(device, principal)
    }),

    endpoint(routes.withdrawRecovery, async ({ principal, params }) => {
      const device = found(params.id, principal, 'console.write')
      const by = ordering(principal, device, 'console.write')
      await recoveries.withdraw(device, by, mayForce(principal, device))
      return view(device, principal)
    }),
  ]
}

const usualSshPort = 22

type Request = Output<typeof recoveryRequest>

/** Throws AppError where they may not have its push. */
function readyFor(
  principal: Principal,
  device: DeviceRecord,
  { restart, rehearsal, push }: Request,
  parts: RecoveryRouteParts,
): ReadyRecovery {
  const found = find(device.id, principal, 'console.write', parts)
  return {
    place: place(principal, found),
    order: {
      restart,
      rehearsal,
      sshPort: push?.port ?? usualSshPort,
      push: push && pushOf(push, device, principal, parts),
    },
    by: ordering(principal, device, 'password.set'),
    follow: (started) => watch(started, principal, found, parts),
  }
}

/** Whoever may no longer set root's password has it recovered no further, also where they may still type. */
function watch(started: StartedJob, principal: Principal, found: Found, parts: RecoveryRouteParts): void {
  const { attachment, ended } = follow(started, principal, found, parts)
  const entry = parts.principals.add({
    principal,
    renewed(now) {
      const device = parts.devices.find(found.console.deviceId)
      if (now && device && !mayRecover(now, device)) attachment.expel('revoked', mayNoMore(principal))
    },
  })
  void ended.finally(() => entry.remove())
}

/** The push that is to follow, with the password that is kept by then. Throws AppError `forbidden`. */
function pushOf(
  wanted: Pick<PushInput, 'keys' | 'port'>,
  device: DeviceRecord,
  principal: Principal,
  { pushes, live }: RecoveryRouteParts,
): RecoveryOrder['push'] {
  demand(principal, 'device.push', { kind: 'device', projectId: device.projectId })
  demandKept(principal, device, { hostKeys: {} })
  const password = { from: 'vault' } as const
  const order = pushOrderOf(pushInput.parse({ devices: [device.id], password, ...wanted }))
  return async () => {
    const begun = { order, devices: [device], password, idempotencyKey: null }
    return (await pushes.begin(begun, pushCaller(principal, live))).push.id
  }
}

const noDemo =
  'A demo device has no boot loader and no root of its own: its shell runs on the machine of the gateway.'
const mayNoMore = ({ name }: Principal) => `${name} may not recover this device any more.`
