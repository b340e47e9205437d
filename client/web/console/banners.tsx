import { Button } from '@mantine/core'
import { IconAlertTriangle, IconHandStop, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { useNow } from '../parts/now.ts'
import { clockTime, secondsUntil } from '../words/time.ts'
import classes from './console.module.css'
import { lockView } from './lock-view.ts'
import type { Model } from './model.ts'
import type { Live } from './use-console.ts'
import type { Hint } from './use-hint.ts'

interface Props {
  device: Device
  model: Model
  live: Live | null
  hint: Hint
}

/** What must not be overlooked: somebody asks for the write lock, nothing is recorded, a key went nowhere. */
export function Banners({ device, model, live, hint }: Props) {
  return (
    <>
      <NotRecorded model={model} />
      <Asked model={model} live={live} />
      <KeyRefused device={device} model={model} live={live} hint={hint} />
    </>
  )
}

function Banner({
  tone,
  icon,
  children,
}: {
  tone: 'busy' | 'trouble'
  icon: ReactNode
  children: ReactNode
}) {
  return (
    <div className={classes.banner} data-tone={tone} role="alert">
      {icon}
      {children}
    </div>
  )
}

function NotRecorded({ model: { recording, link } }: { model: Model }) {
  if (recording.state !== 'failed' || link.state !== 'attached') return null
  return (
    <Banner tone="trouble" icon={<IconAlertTriangle size={16} />}>
      <span>
        <b>Not recorded since {clockTime(recording.since)}.</b> {recording.message} The console goes on live,
        and recording resumes by itself.
      </span>
    </Banner>
  )
}

function Asked({ model, live }: { model: Model; live: Live | null }) {
  const now = useNow()
  const view = lockView(model)
  if (view.kind !== 'mine' || !view.asking) return null
  const answer = (type: 'grant' | 'decline') => {
    live?.session.say({ type })
    live?.terminal.focus()
  }
  return (
    <Banner tone="busy" icon={<IconHandStop size={16} />}>
      <span className="numbers">
        <b>{view.asking.name} asks for the write lock.</b> It passes by itself in{' '}
        <span aria-live="off">{secondsUntil(view.grantAt ?? now, now)} s</span>.
      </span>
      <span className={classes.bannerActions}>
        <Button size="compact-sm" onClick={() => answer('grant')}>
          Grant
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => answer('decline')}>
          Decline
        </Button>
      </span>
    </Banner>
  )
}

function KeyRefused({ model, live, hint }: Props) {
  if (hint.text === null) return null
  const view = lockView(model)
  const ask = () => {
    live?.session.say({ type: 'ask' })
    hint.hide()
    live?.terminal.focus()
  }
  return (
    <Banner tone="busy" icon={<IconInfoCircle size={16} />}>
      <span>{hint.text}</span>
      {view.kind === 'theirs' && !view.asked && (
        <span className={classes.bannerActions}>
          <Button size="compact-sm" variant="default" onClick={ask}>
            Ask {view.writer.name}
          </Button>
        </span>
      )}
    </Banner>
  )
}
