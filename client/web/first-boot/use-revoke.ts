import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import { call } from '../api/call.ts'
import { provisioningQuery } from '../api/provision.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { tellFailure } from '../parts/tell.ts'

export function useRevoke(device: Device) {
  const queryClient = useQueryClient()
  const confirm = useConfirm()
  const revoke = useMutation({
    mutationFn: () => call('revokeProvisioning', { params: { id: device.id } }),
    onSuccess: (state) => queryClient.setQueryData(provisioningQuery(device.id).queryKey, state),
    onError: (error) => tellFailure('The address is still good', error),
    onSettled: () => queryClient.invalidateQueries(provisioningQuery(device.id)),
  })
  const ask = () =>
    confirm({
      title: `Revoke the address of ${device.name}?`,
      text: 'A machine that asks there from now on gets nothing. One that has its keys already keeps them.',
      button: 'Revoke address',
      run: () => revoke.mutate(),
    })
  return { ask, isPending: revoke.isPending }
}
