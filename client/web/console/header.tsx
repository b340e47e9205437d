import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { BreakButton } from './break-button.tsx'
import classes from './console.module.css'
import type { Model } from './model.ts'
import { People } from './people.tsx'
import type { Live } from './use-console.ts'
import type { Font } from './use-font.ts'
import type { Paste } from './use-paste.ts'
import { ViewMenu } from './view-menu.tsx'

interface Props {
  device: Device
  model: Model
  live: Live | null
  font: Font
  selected: boolean
  paste: Paste
}

/** Which console this is, who is here, and what can be done. */
export function ConsoleHeader({ device, model, live, font, selected, paste }: Props) {
  return (
    <header className={classes.header}>
      <Tooltip label="All devices">
        <ActionIcon aria-label="All devices" renderRoot={(props) => <Link to="/" {...props} />}>
          <IconChevronLeft size={20} />
        </ActionIcon>
      </Tooltip>
      <div className={classes.title}>
        <h1 className="mono">{device.name}</h1>
        <p title={device.description}>
          <b>{device.projectName}</b>
          {device.description !== '' && ` · ${device.description}`}
        </p>
      </div>
      <People model={model} />
      <div className={classes.actions} role="toolbar" aria-label="Console actions" data-console-actions>
        <BreakButton device={device} model={model} live={live} />
        <ViewMenu device={device} live={live} font={font} selected={selected} paste={paste} />
      </div>
    </header>
  )
}
