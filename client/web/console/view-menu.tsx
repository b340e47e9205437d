import { ActionIcon, Button, Group, Kbd, Menu, Text, Tooltip } from '@mantine/core'
import {
  IconClipboard,
  IconCopy,
  IconDots,
  IconDownload,
  IconEar,
  IconEdit,
  IconEraser,
  IconMinus,
  IconPlus,
  IconRefresh,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { fillPath, paths } from '../../../server/contract/routes.ts'
import { fontSizes } from './terminal.ts'
import { type Live, readerWanted, wantReader } from './use-console.ts'
import type { Font } from './use-font.ts'
import type { Paste } from './use-paste.ts'
import { useReconnect } from './use-reconnect.ts'

interface Props {
  device: Device
  live: Live | null
  font: Font
  selected: boolean
  paste: Paste
}

const icon = { size: 16, stroke: 1.6 }

/** Everything that is not needed each minute. */
export function ViewMenu({ device, live, font, selected, paste }: Props) {
  const reconnect = useReconnect(device)
  return (
    <Menu position="bottom-end" width={270} returnFocus={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label="More actions">
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <FontSize font={font} />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconCopy {...icon} />}
          rightSection={
            <Kbd size="xs" visibleFrom="sm">
              Ctrl+Shift+C
            </Kbd>
          }
          disabled={!selected}
          onClick={() => live?.terminal.copy()}
        >
          Copy selection
        </Menu.Item>
        <Menu.Item
          leftSection={<IconClipboard {...icon} />}
          rightSection={
            <Kbd size="xs" visibleFrom="sm">
              Ctrl+Shift+V
            </Kbd>
          }
          onClick={() => paste.setPending('')}
        >
          Paste…
        </Menu.Item>
        <Menu.Item leftSection={<IconEraser {...icon} />} onClick={() => live?.terminal.clear()}>
          Clear the view
        </Menu.Item>
        <ReaderItem live={live} />
        <Menu.Item
          leftSection={<IconDownload {...icon} />}
          component="a"
          href={fillPath(paths.history, { id: device.id })}
          download
        >
          Download the last 1 MiB
        </Menu.Item>
        {(device.may.reconnect || device.may.edit) && <Menu.Divider />}
        {device.may.reconnect && device.enabled && (
          <Menu.Item leftSection={<IconRefresh {...icon} />} onClick={reconnect}>
            Reconnect the line
          </Menu.Item>
        )}
        {device.may.edit && (
          <Menu.Item
            leftSection={<IconEdit {...icon} />}
            renderRoot={(props) => <Link to="/devices/$id/edit" params={{ id: device.id }} {...props} />}
          >
            Edit device
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function FontSize({ font }: { font: Font }) {
  const step = (by: number) =>
    font.set(Math.min(fontSizes.most, Math.max(fontSizes.least, Math.round(font.size) + by)))
  return (
    <Group justify="space-between" px={12} py={6} wrap="nowrap">
      <Text size="sm">Text size</Text>
      <Group gap={4} wrap="nowrap">
        <Tooltip label="Smaller">
          <ActionIcon size="sm" variant="default" aria-label="Smaller text" onClick={() => step(-1)}>
            <IconMinus size={13} />
          </ActionIcon>
        </Tooltip>
        <Text size="sm" w={34} ta="center" className="numbers">
          {font.size}
        </Text>
        <Tooltip label="Larger">
          <ActionIcon size="sm" variant="default" aria-label="Larger text" onClick={() => step(1)}>
            <IconPlus size={13} />
          </ActionIcon>
        </Tooltip>
        <Button
          size="compact-xs"
          variant={font.choice === 'fit' ? 'light' : 'default'}
          aria-pressed={font.choice === 'fit'}
          onClick={() => font.set('fit')}
        >
          Fit
        </Button>
      </Group>
    </Group>
  )
}

function ReaderItem({ live }: { live: Live | null }) {
  const [on, setOn] = useState(readerWanted)
  const toggle = () => {
    wantReader(!on)
    live?.terminal.setScreenReader(!on)
    setOn(!on)
  }
  return (
    <Menu.CheckboxItem checked={on} onChange={toggle} rightSection={<IconEar {...icon} />}>
      Screen reader mode
    </Menu.CheckboxItem>
  )
}
