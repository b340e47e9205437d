import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { Cause } from '../../../server/contract/line.ts'
import { call } from '../api/call.ts'
import { deviceQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { HostKeyQuestion } from '../parts/host-key.tsx'
import { tellDone } from '../parts/tell.ts'

/** Pins the host key that the far end shows, once somebody has compared it. */
export function HostKeyDialog({
  device,
  cause,
  onClose,
}: {
  device: Device
  cause: Cause
  onClose: () => void
}) {
  const queryClient = useQueryClient()
  const [compared, setCompared] = useState(false)
  // The one that was shown when the dialog opened is the one that is accepted, whatever comes meanwhile.
  const [offered] = useState(cause.offered ?? '')
  const pinned = device.transport.kind === 'ssh' ? device.transport.hostKey : undefined
  const accept = useMutation({
    mutationFn: () => call('acceptHostKey', { params: { id: device.id }, body: { fingerprint: offered } }),
    onSuccess: (changed) => {
      queryClient.setQueryData(deviceQuery(device.id).queryKey, changed)
      tellDone('The host key is accepted; connecting')
      onClose()
    },
  })
  const title = pinned ? `The host key of ${device.name} has changed` : `Is this really ${device.name}?`
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={600}>{title}</Text>}>
      <Stack gap="md">
        {accept.error && <FailureNotice error={accept.error} title="The key was not accepted" />}
        <HostKeyQuestion offered={offered} pinned={pinned} checked={compared} onChecked={setCompared} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            color={pinned ? 'red' : 'line'}
            disabled={!compared}
            loading={accept.isPending}
            onClick={() => accept.mutate()}
          >
            Accept this key
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
