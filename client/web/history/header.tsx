import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconLink, IconTerminal2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { PageName } from '../parts/page-name.tsx'
import { tellDone, tellFailure } from '../parts/tell.ts'
import { Jump } from './jump.tsx'
import classes from './page.module.css'
import { Save } from './save.tsx'
import { ToolButton } from './tool-button.tsx'
import type { HistoryPageState } from './use-history-page.ts'

/** Whose past this is, and what can be done with it. */
export function HistoryHeader({ device, page }: { device: Device; page: HistoryPageState }) {
  return (
    <header className={classes.header}>
      <Tooltip label="Live console">
        <ActionIcon
          aria-label="Live console"
          renderRoot={(props) => <Link to="/devices/$id" params={{ id: device.id }} {...props} />}
        >
          <IconChevronLeft size={20} />
        </ActionIcon>
      </Tooltip>
      <PageName under={device.projectName}>
        History of <span className="mono">{device.name}</span>
      </PageName>
      <div className={classes.actions} role="toolbar" aria-label="History actions">
        <Jump onGo={page.go} onBoot={page.goBeforeBoot} looking={page.looking} />
        <ToolButton
          icon={IconLink}
          disabled={page.here === null}
          onClick={() => void copyLink(page.here?.offset ?? 0)}
        >
          Copy link to here
        </ToolButton>
        <Save deviceId={device.id} state={page.history.state} here={page.here} />
        <Button
          visibleFrom="sm"
          leftSection={<IconTerminal2 size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/devices/$id" params={{ id: device.id }} {...props} />}
        >
          Live
        </Button>
      </div>
    </header>
  )
}

/** Opens at this very line for everybody who may see the console; whoever is not signed in comes to it after that. */
async function copyLink(offset: number): Promise<void> {
  const link = new URL(location.href)
  link.search = `?at=${offset}`
  link.hash = ''
  try {
    await navigator.clipboard.writeText(link.href)
    tellDone('The link is in the clipboard')
  } catch {
    tellFailure('The browser did not give the clipboard', new Error(`copy it from here: ${link.href}`))
  }
}
