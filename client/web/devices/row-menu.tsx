import { ActionIcon, Menu } from '@mantine/core'
import {
  IconDots,
  IconEdit,
  IconKey,
  IconPlugConnected,
  IconRefresh,
  IconTerminal2,
} from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { call } from '../api/call.ts'
import { tellFailure } from '../parts/tell.ts'
import classes from './list.module.css'

/** What can be done with a device. The menu is made when it is first wanted: rows come and go by the dozen as one scrolls. */
export function RowMenu({ device }: { device: Device }) {
  const [wanted, setWanted] = useState(false)
  if (wanted) return <OpenMenu device={device} />
  return (
    <button
      type="button"
      className={classes.dots}
      aria-label={`Actions for ${device.name}`}
      aria-haspopup="menu"
      onClick={() => setWanted(true)}
    >
      <IconDots size={18} aria-hidden />
    </button>
  )
}

function OpenMenu({ device }: { device: Device }) {
  const reconnect = useMutation({
    mutationFn: () => call('reconnect', { params: { id: device.id } }),
    onError: (error) => tellFailure(`${device.name} was not reconnected`, error),
  })
  return (
    <Menu position="bottom-end" defaultOpened>
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
        <Menu.Item
          leftSection={<IconKey size={16} stroke={1.6} />}
          renderRoot={(props) => <Link to="/devices/$id/keys" params={{ id: device.id }} {...props} />}
        >
          Who can log in
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlugConnected size={16} stroke={1.6} />}
          renderRoot={(props) => <Link to="/devices/$id/connect" params={{ id: device.id }} {...props} />}
        >
          Connect by ssh
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
