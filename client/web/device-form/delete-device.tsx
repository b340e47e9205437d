import { Button, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { call } from '../api/call.ts'
import { devicesQuery } from '../api/queries.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { Section } from '../parts/section.tsx'
import { tellDone, tellFailure } from '../parts/tell.ts'

export function DeleteDevice({ device }: { device: Device }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const confirm = useConfirm()
  const remove = useMutation({
    mutationFn: () => call('deleteDevice', { params: { id: device.id } }),
    onSuccess: async () => {
      tellDone(`${device.name} is deleted`)
      await navigate({ to: '/' })
      queryClient.invalidateQueries(devicesQuery)
    },
    onError: (error) => tellFailure(`${device.name} was not deleted`, error),
  })
  const ask = () =>
    confirm({
      title: `Delete ${device.name}?`,
      text: 'Its line is closed, whoever is attached is sent away, and its history and credentials are removed. This cannot be undone.',
      button: 'Delete device',
      typed: device.name,
      run: () => remove.mutate(),
    })
  return (
    <Section title="Delete" description="For a server that is gone.">
      <Text size="sm" c="dimmed">
        To stop holding the line for a while, switch off “Hold the line” instead: history stays.
      </Text>
      <div>
        <Button
          variant="default"
          c="var(--app-danger)"
          leftSection={<IconTrash size={16} />}
          loading={remove.isPending}
          onClick={ask}
        >
          Delete device
        </Button>
      </div>
    </Section>
  )
}
