import { Button } from '@mantine/core'
import {
  IconAlertTriangle,
  IconHandStop,
  IconInfoCircle,
  IconLifebuoy,
  IconShieldX,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { hostKeysQuery } from '../api/provision.ts'
import { recoveryQuery } from '../api/recovery.ts'
import { useNow } from '../parts/now.ts'
import { approverWords, askedWords } from '../recover/words.ts'
import { clockTime, secondsUntil } from '../words/time.ts'
import classes from './console.module.css'
import { lockView, requestWords } from './lock-view.ts'
import type { Model } from './model.ts'
import type { Live } from './use-console.ts'
import type { Hint } from './use-hint.ts'

interface Props {
  device: Device
  model: Model
  live: Live | null
  hint: Hint
}

/** What must not be overlooked: host keys contradict each other, a recovery waits for approval, nothing is recorded, somebody asks for the write lock, a key went nowhere. */
export function Banners({ device, model, live, hint }: Props) {
  return (
    <>
      <HostKeysDiffer device={device} />
      <RecoveryWaits device={device} />
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
  tone: 'busy' | 'trouble' | 'danger'
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

/** A console page stays open for hours, and only a first boot changes this. */
const hostKeysEveryMs = 15_000

function HostKeysDiffer({ device: { id } }: { device: Device }) {
  const { data } = useQuery({ ...hostKeysQuery(id), refetchInterval: hostKeysEveryMs })
  if (data?.state !== 'mismatch') return null
  return (
    <Banner tone="danger" icon={<IconShieldX size={16} />}>
      <span>
        <b>The host keys contradict each other.</b> What the machine printed here is not what came over the
        network. Do not log in to it by ssh until you know why.
      </span>
      <Button
        size="compact-sm"
        variant="default"
        renderRoot={(props) => <Link to="/devices/$id/connect" params={{ id }} {...props} />}
      >
        Compare the keys
      </Button>
    </Banner>
  )
}

function RecoveryWaits({ device: { id, name } }: { device: Device }) {
  const { data: recovery } = useQuery(recoveryQuery(id))
  if (recovery?.state !== 'waiting') return null
  const { may, approvers } = recovery
  return (
    <Banner tone="trouble" icon={<IconLifebuoy size={16} />}>
      <span>
        <b>{askedWords(recovery, name)}</b>{' '}
        {may.approve ? 'It needs your approval.' : approverWords(approvers)}
      </span>
      <Button
        size="compact-sm"
        variant="default"
        renderRoot={(props) => <Link to="/devices/$id/recover" params={{ id }} {...props} />}
      >
        {may.approve ? 'Approve or refuse…' : 'See it'}
      </Button>
    </Banner>
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
  const { asks, silence } = requestWords(view.asking, model.job)
  const answer = (type: 'grant' | 'decline') => {
    live?.session.say({ type })
    live?.terminal.focus()
  }
  return (
    <Banner tone="busy" icon={<IconHandStop size={16} />}>
      <span className="numbers">
        <b>{asks}</b> {silence} <span aria-live="off">{secondsUntil(view.grantAt ?? now, now)} s</span>.
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
