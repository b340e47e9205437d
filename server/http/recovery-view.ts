import type { Access } from '../access/access.ts'
import { can, demand, type Principal } from '../access/can.ts'
import type { Action } from '../contract/access.ts'
import type { Recovery } from '../contract/recovery.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { RecoveryState } from '../recover/recovery-order.ts'

/** It types, restarts the machine, and says what root's password is. */
const wanted = ['console.write', 'device.power', 'password.set'] as const satisfies readonly Action[]

const resourceOf = ({ projectId }: DeviceRecord) => ({ kind: 'device', projectId }) as const

/** Throws AppError: hidden or forbidden. */
export function demandRecover(principal: Principal, device: DeviceRecord): void {
  for (const action of wanted) demand(principal, action, resourceOf(device))
}

export function mayRecover(principal: Principal, device: DeviceRecord): boolean {
  return wanted.every((action) => can(principal, action, resourceOf(device)) === 'yes')
}

/** Whether they may stop what somebody else began. */
export function mayForce(principal: Principal, device: DeviceRecord): boolean {
  return can(principal, 'console.force', resourceOf(device)) === 'yes'
}

/** A recovery as one principal sees it: how it stands, and what they may say to it. */
export async function recoveryView(
  { userId, ...state }: RecoveryState,
  device: DeviceRecord,
  principal: Principal,
  access: Pick<Access, 'membersWhoMay'>,
): Promise<Recovery> {
  if (state.state !== 'waiting') return { ...state, approvers: [], may: { approve: false, withdraw: false } }
  const theirs = principal.userId === userId
  const members = await access.membersWhoMay(device.projectId, wanted)
  return {
    ...state,
    approvers: members.filter((member) => member.userId !== userId).map(({ name }) => name),
    may: {
      approve: !theirs && mayRecover(principal, device),
      withdraw: theirs || mayForce(principal, device),
    },
  }
}
