import { Modal, Select, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'
import type { Marked } from '../../../server/contract/provision.ts'
import { call } from '../api/call.ts'
import { provisioningQuery } from '../api/provision.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'

const lives = [
  { value: '', label: 'As the gateway’s settings say' },
  { value: '1', label: 'An hour' },
  { value: '24', label: 'A day' },
  { value: '72', label: 'Three days' },
  { value: String(limits.provisionHours), label: `${limits.provisionHours / 24} days` },
]

interface Props {
  device: Device
  /** Whether there is an address already, which then dies. */
  renewed: boolean
  onClose: () => void
  onMarked: (marked: Marked) => void
}

export function MarkDialog({ device, renewed, onClose, onMarked }: Props) {
  const queryClient = useQueryClient()
  const [hours, setHours] = useState('')
  const [network, setNetwork] = useState('')
  const mark = useMutation({
    mutationFn: () =>
      call('markForProvisioning', {
        params: { id: device.id },
        body: {
          ...(hours === '' ? {} : { hours: Number(hours) }),
          ...(network.trim() === '' ? {} : { networkConfig: network }),
        },
      }),
    onSuccess: (marked) => {
      void queryClient.invalidateQueries(provisioningQuery(device.id))
      onClose()
      onMarked(marked)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mark.mutate()
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Mark {device.name} to be provisioned</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {mark.error && <FailureNotice error={mark.error} title="The device was not marked" />}
          <Text size="sm">
            An address is made that gives a booting machine its keys and its root password.
            {renewed && ' The address that is out there now stops working.'}
          </Text>
          <Select
            label="Address is good for"
            data={lives}
            value={hours}
            allowDeselect={false}
            onChange={(value) => setHours(value ?? '')}
          />
          <Textarea
            label="Network configuration"
            description="A cloud-init network-config, for a machine without DHCP. Leave it empty for DHCP on every network card."
            autosize
            minRows={2}
            maxRows={10}
            spellCheck={false}
            maxLength={limits.networkConfigLength}
            value={network}
            onChange={(event) => setNetwork(event.currentTarget.value)}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }}
          />
          <FormEnd loading={mark.isPending} onClose={onClose}>
            Make address
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
