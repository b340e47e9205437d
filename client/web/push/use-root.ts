import { useQuery } from '@tanstack/react-query'
import type { Push } from '../../../server/contract/pushes.ts'
import { rootPasswordQuery } from '../api/root-password.ts'

/** Whether root's password may be taken from the vault, and whether it may be kept there. Of several servers it is not asked which have one. */
export function useRoot(devices: readonly Pick<Push['devices'][number], 'deviceId'>[]): {
  vault: boolean
  mayKeep: boolean
} {
  const [one, ...others] = devices
  const alone = one !== undefined && others.length === 0
  const { data: root } = useQuery({ ...rootPasswordQuery(one?.deviceId ?? ''), enabled: alone })
  if (!alone) return { vault: true, mayKeep: false }
  return { vault: root?.state === 'kept' && root.may.use, mayKeep: root?.may.set === true }
}
