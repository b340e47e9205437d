import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import { call } from '../api/call.ts'
import { deviceQuery } from '../api/queries.ts'
import { tellFailure } from '../parts/tell.ts'

/** Drops the line to the device and connects again now. */
export function useReconnect(device: Device): () => void {
  const queryClient = useQueryClient()
  const { mutate } = useMutation({
    mutationFn: () => call('reconnect', { params: { id: device.id } }),
    onSuccess: (changed) => queryClient.setQueryData(deviceQuery(device.id).queryKey, changed),
    onError: (error) => tellFailure(`${device.name} was not reconnected`, error),
  })
  return () => mutate()
}
