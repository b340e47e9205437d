import { ActionIcon, Menu, Text } from '@mantine/core'
import { IconPower, IconSettings } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { powerQuery } from '../api/power.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { ActItems } from '../power/act-items.tsx'
import { Reading } from '../power/reading.tsx'

/** The machine's power, with its console still attached. */
export function PowerMenu({ device }: { device: Device }) {
  const { data: power, error, refetch } = useQuery(powerQuery(device.id))
  return (
    <Menu position="bottom-end" width={300} returnFocus onOpen={() => void refetch()}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label="Power" title="Power">
          <IconPower size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: 12 }}>
          {power?.reading && <Reading reading={power.reading} />}
          {power && power.reading === null && (
            <Text size="sm" c="dimmed">
              The power of this machine is not set up here.
              {!power.may.configure && ' An owner of its project can do that.'}
            </Text>
          )}
          {!power &&
            (error ? <FailureNotice error={error} title="Not known" /> : <Text size="sm">Asking…</Text>)}
        </div>
        {power?.reading && <ActItems device={device} power={power} />}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconSettings size={16} stroke={1.6} />}
          renderRoot={(props) => <Link to="/devices/$id/power" params={{ id: device.id }} {...props} />}
        >
          {power?.may.configure && power.reading === null ? 'Set up power control' : 'Power of this machine'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
