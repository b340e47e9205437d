import { Button, Group } from '@mantine/core'
import { IconPencil, IconTerminal2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { Notice } from '../parts/notice.tsx'

/** What to do where Lifeline does not know how the machine is reached: its console's address is another. */
export function NoAddress({ device }: { device: Device }) {
  return (
    <Notice tone="trouble" title={`Where ${device.name} is reached by ssh is not known yet`}>
      <p style={{ margin: '0 0 12px' }}>
        Its console has an address of its own, which does not lead to the machine’s ssh.{' '}
        {device.may.edit
          ? 'Set the server’s address: its host name, or an IPv4 or IPv6 address.'
          : 'An owner of the project can set the server’s address.'}{' '}
        Not sure which it is? On the console, <code>ip -brief address</code> shows it.
      </p>
      <Group gap="xs">
        {device.may.edit && (
          <Button
            size="xs"
            leftSection={<IconPencil size={14} />}
            renderRoot={(props) => <Link to="/devices/$id/edit" params={{ id: device.id }} {...props} />}
          >
            Set the address
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconTerminal2 size={14} />}
          renderRoot={(props) => <Link to="/devices/$id" params={{ id: device.id }} {...props} />}
        >
          Open the console
        </Button>
      </Group>
    </Notice>
  )
}
