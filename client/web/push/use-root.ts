import { useQuery } from '@tanstack/react-query'
import type { Push } from '../../../server/contract/pushes.ts'
import { devicesQuery } from '../api/queries.ts'
import { rootPasswordQuery } from '../api/root-password.ts'

/** Whether root's password may be taken from the vault, and whether it may be kept there. Of several servers it is not asked which have one. */
export function useRoot(devices: readonly Pick<Push['devices'][number], 'deviceId'>[]): {
  vault: boolean
  mayKeep: boolean
} {
  const [one, ...others] = devices
  const alone = one !== undefined && others.length === 0
  const { data: root } = useQuery({ ...rootPasswordQuery(one?.deviceId ?? ''), enabled: alone })
  const { data: all } = useQuery({ ...devicesQuery, enabled: !alone })
  if (alone) return { vault: root?.state === 'kept' && root.may.use, mayKeep: root?.may.set === true }
  const mayKeep = devices.every(({ deviceId }) => all?.find(({ id }) => id === deviceId)?.may.setPassword)
  return { vault: true, mayKeep }
}
