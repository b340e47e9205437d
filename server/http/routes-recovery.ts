import { demand, type Principal } from '../access/can.ts'
import { AppError, notFound } from '../base/errors.ts'
import { type PushInput, pushInput } from '../contract/pushes.ts'
import { routes } from '../contract/routes.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { demandKept } from '../inject/kept-password.ts'
import type { Pushes } from '../inject/pushes.ts'
import type { Recoveries, RecoveryOrder } from '../recover/recoveries.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { find, follow, type JobPlaceParts, place } from './job-place.ts'
import { demandConfirmed, ordering } from './machine-order.ts'
import { pushCaller, pushOrderOf } from './push-request.ts'

export interface RecoveryRouteParts extends JobPlaceParts {
  recoveries: Recoveries
  pushes: Pushes
}

/** The way back to a root login when nobody has the password. */
export function recoveryEndpoints(parts: RecoveryRouteParts): Endpoint[] {
  const { devices, recoveries } = parts
  return [
    endpoint(routes.recovery, async ({ principal, params }) => {
      find(params.id, principal, 'console.watch', parts)
      return recoveries.of(params.id)
    }),

    endpoint(routes.startRecovery, async ({ principal, params, body }) => {
      const found = find(params.id, principal, 'console.write', parts)
      const device = devices.find(params.id)
      if (device === undefined) throw notFound()
      demandAll(principal, device)
      if (found.demo) throw new AppError('bad-request', noDemo)
      demandConfirmed(device, body.confirm, 'Nothing was begun.')
      const { restart, rehearsal } = body
      const push = body.push && pushOf(body.push, device, principal, parts)
      const by = ordering(principal, device, 'password.set')
      follow(
        recoveries.start(device, place(principal, found), { restart, rehearsal, push }, by),
        principal,
        found,
        parts,
      )
      return recoveries.of(device.id)
    }),
  ]
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

/** It restarts the machine, and says what root's password is. */
function demandAll(principal: Principal, { projectId }: DeviceRecord): void {
  for (const action of ['device.power', 'password.set'] as const)
    demand(principal, action, { kind: 'device', projectId })
}
