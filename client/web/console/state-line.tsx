import { Button, VisuallyHidden } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { LineBadge } from '../parts/line-badge.tsx'
import classes from './console.module.css'
import { HostKeyDialog } from './host-key-dialog.tsx'
import { LockControls } from './lock-controls.tsx'
import { LoginLine } from './login-state.tsx'
import type { Model } from './model.ts'
import { mayUse, type Remedy, type StateWords } from './state-words.ts'
import type { Live } from './use-console.ts'
import { useReconnect } from './use-reconnect.ts'

interface Props {
  device: Device
  model: Model
  words: StateWords
  live: Live | null
}

/** The truth about the line at the left, about the write lock at the right. */
export function StateLine({ device, model, words, live }: Props) {
  const { tone, word, text, remedy } = words
  return (
    <div className={classes.stateLine} data-tone={tone}>
      <div className={classes.state}>
        <LineBadge tone={tone} word={word} />
        <span className={`${classes.stateText} numbers`} title={text}>
          {text}
        </span>
        {/* Read out when it changes, without the seconds that change all the time. */}
        <VisuallyHidden role="status">{`Line: ${word}`}</VisuallyHidden>
        {remedy && mayUse(remedy, device.may) && (
          <RemedyButton remedy={remedy} device={device} model={model} live={live} />
        )}
      </div>
      <LoginLine login={model.login} />
      <LockControls device={device} model={model} live={live} />
    </div>
  )
}

function RemedyButton({ remedy, device, model, live }: Omit<Props, 'words'> & { remedy: Remedy }) {
  const reconnect = useReconnect(device)
  const [comparing, setComparing] = useState(false)
  if (remedy === 'enable') {
    return (
      <Button
        size="compact-xs"
        variant="default"
        renderRoot={(props) => <Link to="/devices/$id/edit" params={{ id: device.id }} {...props} />}
      >
        Edit device
      </Button>
    )
  }
  if (remedy === 'host-key') {
    return (
      <>
        <Button size="compact-xs" variant="default" onClick={() => setComparing(true)}>
          Compare and accept…
        </Button>
        {comparing && model.line?.state === 'waiting' && (
          <HostKeyDialog device={device} cause={model.line.cause} onClose={() => setComparing(false)} />
        )}
      </>
    )
  }
  const run = remedy === 'attach-now' ? () => live?.session.connect() : reconnect
  return (
    <Button size="compact-xs" variant="default" onClick={run}>
      Reconnect now
    </Button>
  )
}
