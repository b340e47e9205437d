import { can, demand, type Principal } from '../access/can.ts'
import { AppError } from '../base/errors.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { PushOrder } from './push-order.ts'

/** Whether a push of theirs to a device may use the root password that is kept. Throws AppError `forbidden`. */
export function demandKept(
  principal: Principal,
  { id, projectId, name }: DeviceRecord,
  { hostKeys }: Pick<PushOrder, 'hostKeys'>,
): void {
  const resource = { kind: 'device', projectId } as const
  demand(principal, 'password.use', resource)
  // Whoever holds that host key would be sent the password.
  if (id in hostKeys && can(principal, 'password.reveal', resource) !== 'yes') {
    throw new AppError('forbidden', strangeHost(name))
  }
}

function strangeHost(name: string): string {
  return `A host key of ${name} that you accept yourself is sent no password that you may not see. Push over the console, which tells Lifeline the true key, or ask an owner.`
}
