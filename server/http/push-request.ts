import type { Principal } from '../access/can.ts'
import type { pushInput } from '../contract/pushes.ts'
import type { Output } from '../contract/schema.ts'
import type { PushOrder } from '../inject/push-order.ts'
import type { PushCaller } from '../inject/push-parts.ts'
import { permissionsOf } from './console-socket.ts'
import type { LiveViewers } from './live-viewers.ts'

/** Who pushes: the viewers that type for them have their rights renewed as theirs are. */
export function pushCaller(principal: Principal, live: LiveViewers): PushCaller {
  return {
    principal,
    seats: {
      permissionsOf,
      follow({ principal, device, attachment }) {
        const viewer = { principal, projectId: device.projectId, deviceId: device.id, attachment }
        return live.add(viewer).remove
      },
    },
  }
}

/** What is kept of a request. */
export function pushOrderOf({ login, password, ...body }: Output<typeof pushInput>): PushOrder {
  return {
    ...body,
    login: login ?? body.account,
    password: password.from,
    keepPassword: password.from === 'given' && password.keep,
  }
}
