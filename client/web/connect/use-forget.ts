import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import { call } from '../api/call.ts'
import { hostKeysQuery } from '../api/provision.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { tellFailure } from '../parts/tell.ts'

/** Forgets a device's host keys, once somebody has said that this is right. */
export function useForget(device: Device) {
  const queryClient = useQueryClient()
  const confirm = useConfirm()
  const forget = useMutation({
    mutationFn: () => call('forgetHostKeys', { params: { id: device.id } }),
    onSuccess: (hostKeys) => queryClient.setQueryData(hostKeysQuery(device.id).queryKey, hostKeys),
    onError: (error) => tellFailure(`The host keys of ${device.name} are kept`, error),
  })
  const ask = () =>
    confirm({
      title: `Forget the host keys of ${device.name}?`,
      text: 'Right after the machine was installed anew, or once you have found out why they contradict each other. They are learnt again when it is next provisioned.',
      button: 'Forget host keys',
      run: () => forget.mutate(),
    })
  return { ask, isPending: forget.isPending }
}
