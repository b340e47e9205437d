import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconEdit, IconRefresh, IconTerminal2 } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { call } from '../api/call.ts'
import { devicesQuery } from '../api/queries.ts'
import { tellFailure } from '../parts/tell.ts'

export function RowMenu({ device }: { device: Device }) {
  const queryClient = useQueryClient()
  const reconnect = useMutation({
    mutationFn: () => call('reconnect', { params: { id: device.id } }),
    onSuccess: () => queryClient.invalidateQueries(devicesQuery),
    onError: (error) => tellFailure(`${device.name} was not reconnected`, error),
  })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`Actions for ${device.name}`} size="md">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconTerminal2 size={16} stroke={1.6} />}
          renderRoot={(props) => <Link to="/devices/$id" params={{ id: device.id }} {...props} />}
        >
          Open console
        </Menu.Item>
        {device.may.reconnect && device.enabled && (
          <Menu.Item leftSection={<IconRefresh size={16} stroke={1.6} />} onClick={() => reconnect.mutate()}>
            Reconnect the line
          </Menu.Item>
        )}
        {device.may.edit && (
          <Menu.Item
            leftSection={<IconEdit size={16} stroke={1.6} />}
            renderRoot={(props) => <Link to="/devices/$id/edit" params={{ id: device.id }} {...props} />}
          >
            Edit device
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
