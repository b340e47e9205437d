import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { PageName } from '../parts/page-name.tsx'
import { useBare } from '../shell/bare.ts'
import classes from './console.module.css'
import type { Model } from './model.ts'
import { People } from './people.tsx'
import { PowerMenu } from './power-menu.tsx'
import { SysRqMenu } from './sysrq-menu.tsx'
import type { Live } from './use-console.ts'
import type { Font } from './use-font.ts'
import type { Paste } from './use-paste.ts'
import type { Tools } from './use-tools.ts'
import { ViewMenu } from './view-menu.tsx'

interface Props {
  device: Device
  model: Model
  live: Live | null
  font: Font
  selected: boolean
  paste: Paste
  tools: Tools
}

/** Which console this is, who is here, and what can be done. */
export function ConsoleHeader({ device, model, live, font, selected, paste, tools }: Props) {
  const bare = useBare()
  return (
    <header className={classes.header}>
      {!bare && (
        <Tooltip label="All devices">
          <ActionIcon aria-label="All devices" renderRoot={(props) => <Link to="/" {...props} />}>
            <IconChevronLeft size={20} />
          </ActionIcon>
        </Tooltip>
      )}
      <PageName
        hint={device.description}
        under={
          <>
            <b>{device.projectName}</b>
            {device.description !== '' && ` · ${device.description}`}
          </>
        }
      >
        <span className="mono">{device.name}</span>
      </PageName>
      <People model={model} />
      <div className={classes.actions} role="toolbar" aria-label="Console actions" data-console-actions>
        <Tooltip label="Search (Ctrl+Shift+F)">
          <ActionIcon
            variant="default"
            size={30}
            aria-label="Search in the terminal"
            onClick={tools.search.open}
          >
            <IconSearch size={16} />
          </ActionIcon>
        </Tooltip>
        <SysRqMenu
          device={device}
          model={model}
          live={live}
          opened={tools.sysRq}
          setOpened={tools.setSysRq}
          onGuide={tools.startGuide}
        />
        <PowerMenu device={device} />
        <ViewMenu device={device} live={live} font={font} selected={selected} paste={paste} tools={tools} />
      </div>
    </header>
  )
}
