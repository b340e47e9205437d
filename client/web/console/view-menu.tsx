import { ActionIcon, Kbd, Menu } from '@mantine/core'
import {
  IconClipboard,
  IconCopy,
  IconDots,
  IconEdit,
  IconEraser,
  IconExternalLink,
  IconHistory,
  IconKey,
  IconKeyboard,
  IconLifebuoy,
  IconLink,
  IconLogin2,
  IconMaximize,
  IconPlugConnected,
  IconRefresh,
  IconUserPlus,
} from '@tabler/icons-react'
import { Link, useNavigate, useRouter } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { tellFailure } from '../parts/tell.ts'
import { useBare } from '../shell/bare.ts'
import { openOwnWindow } from './own-window.ts'
import { type Switch, setSwitch, useSwitch } from './preferences.ts'
import { SendFileItem } from './send-file-item.tsx'
import { SetSizeItem } from './set-size-item.tsx'
import { TextSizeItems } from './text-size-items.tsx'
import classes from './tools.module.css'
import type { Live } from './use-console.ts'
import type { Font } from './use-font.ts'
import type { Paste } from './use-paste.ts'
import { useReconnect } from './use-reconnect.ts'
import type { Tools } from './use-tools.ts'

interface Props {
  device: Device
  live: Live | null
  font: Font
  selected: boolean
  paste: Paste
  tools: Tools
}

const icon = { size: 16, stroke: 1.6 }

/** Everything that is not needed each minute. */
export function ViewMenu({ device, live, font, selected, paste, tools }: Props) {
  const reconnect = useReconnect(device)
  return (
    <Menu position="bottom-end" width={270} returnFocus={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label="More actions">
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.whole ?? ''}>
        <TextSizeItems font={font} />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconCopy {...icon} />}
          rightSection={
            <Kbd size="xs" visibleFrom="sm">
              Ctrl+Shift+C
            </Kbd>
          }
          disabled={!selected}
          onClick={() => copy(live)}
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
        <SendFileItem device={device} paste={paste} />
        <SetSizeItem device={device} live={live} />
        <Menu.Item
          leftSection={<IconLogin2 {...icon} />}
          disabled={!device.may.write}
          onClick={() => tools.setLoginCheck(true)}
        >
          Check root login…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLink {...icon} />}
          rightSection={
            <Kbd size="xs" visibleFrom="sm">
              Ctrl+Shift+L
            </Kbd>
          }
          onClick={() => tools.setLinks(true)}
        >
          Links…
        </Menu.Item>
        <Menu.Item leftSection={<IconEraser {...icon} />} onClick={() => live?.terminal.clear()}>
          Clear the view
        </Menu.Item>
        <Menu.Item
          leftSection={<IconHistory {...icon} />}
          renderRoot={(props) => <Link to="/devices/$id/history" params={{ id: device.id }} {...props} />}
        >
          History
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKey {...icon} />}
          renderRoot={(props) => <Link to="/devices/$id/keys" params={{ id: device.id }} {...props} />}
        >
          Who can log in
        </Menu.Item>
        {device.may.write && (
          <Menu.Item
            leftSection={<IconUserPlus {...icon} />}
            renderRoot={(props) => <Link to="/devices/$id/push" params={{ id: device.id }} {...props} />}
          >
            Push keys to this server
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconLifebuoy {...icon} />}
          renderRoot={(props) => <Link to="/devices/$id/recover" params={{ id: device.id }} {...props} />}
        >
          Recover access
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlugConnected {...icon} />}
          renderRoot={(props) => <Link to="/devices/$id/connect" params={{ id: device.id }} {...props} />}
        >
          Connect by ssh
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconMaximize {...icon} />} onClick={tools.toggleFullScreen}>
          {tools.fullScreen ? 'Leave full screen' : 'Full screen'}
        </Menu.Item>
        <OwnWindowItem device={device} live={live} />
        <Menu.Item leftSection={<IconKeyboard {...icon} />} onClick={() => tools.setKeys(true)}>
          Keys…
        </Menu.Item>
        <Menu.Divider />
        <Menu.CheckboxItem checked={tools.keyRow} onChange={tools.setKeyRow}>
          Row of keys
        </Menu.CheckboxItem>
        <SwitchItem name="copy-on-select" label="Copy on select" />
        <SwitchItem name="bell-sound" label="Sound the bell" />
        <SwitchItem
          name="screen-reader"
          label="Screen reader mode"
          onChange={(on) => live?.terminal.setScreenReader(on)}
        />
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

function copy(live: Live | null): void {
  live?.terminal
    .copy()
    .catch((error: unknown) => tellFailure('The browser did not let the selection be copied', error))
}

/** The console moves: two windows of one person would be two viewers, and the new one could not type. */
function OwnWindowItem({ device, live }: { device: Device; live: Live | null }) {
  const router = useRouter()
  const navigate = useNavigate()
  if (useBare()) return null
  const move = () => {
    live?.session.say({ type: 'release' })
    const { href } = router.buildLocation({
      to: '/devices/$id',
      params: { id: device.id },
      search: { bare: true },
    })
    openOwnWindow(href)
    void navigate({ to: '/' })
  }
  return (
    <Menu.Item leftSection={<IconExternalLink {...icon} />} onClick={move}>
      Move to its own window
    </Menu.Item>
  )
}

interface SwitchProps {
  name: Switch
  label: string
  onChange?: (on: boolean) => void
}

function SwitchItem({ name, label, onChange }: SwitchProps) {
  const on = useSwitch(name) === true
  const toggle = () => {
    setSwitch(name, !on)
    onChange?.(!on)
  }
  return (
    <Menu.CheckboxItem checked={on} onChange={toggle}>
      {label}
    </Menu.CheckboxItem>
  )
}
