import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import { type Body, call } from '../api/call.ts'
import { deviceKeysQuery } from '../api/keys.ts'
import { tellFailure } from '../parts/tell.ts'

/** Which keys a device hands out, as somebody changes it. */
export function useChoice(device: Device) {
  const queryClient = useQueryClient()
  const change = useMutation({
    mutationFn: (body: Body<'chooseDeviceKeys'>) =>
      call('chooseDeviceKeys', { params: { id: device.id }, body }),
    onError: (error) => tellFailure(`The keys of ${device.name} were not changed`, error),
    // Done only when the table shows it.
    onSettled: () => queryClient.invalidateQueries({ queryKey: deviceKeysQuery(device.id).queryKey }),
  })
  return { choose: change.mutate, choosing: change.isPending }
}
