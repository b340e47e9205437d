import { Button } from '@mantine/core'
import { IconEye, IconKeyboard, IconKeyboardOff } from '@tabler/icons-react'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { useNow } from '../parts/now.ts'
import { secondsUntil } from '../words/time.ts'
import classes from './console.module.css'
import { ForceDialog } from './force-dialog.tsx'
import { type LockView, lockView } from './lock-view.ts'
import type { Model } from './model.ts'
import type { Live } from './use-console.ts'

interface Props {
  device: Device
  model: Model
  live: Live | null
}

/** Who types, and the polite and the other way to type oneself. */
export function LockControls({ device, model, live }: Props) {
  const now = useNow()
  const [forcing, setForcing] = useState(false)
  const view = lockView(model)
  if (view.kind === 'detached') return null
  const say = (type: 'ask' | 'release') => {
    live?.session.say({ type })
    live?.terminal.focus()
  }
  const Icon = view.kind === 'mine' ? IconKeyboard : view.kind === 'free' ? IconKeyboardOff : IconEye
  return (
    <fieldset className={classes.lock} aria-label="Write lock">
      <Icon size={16} stroke={1.7} aria-hidden />
      <span role="status" className="numbers">
        {words(view, model, now)}
      </span>
      {view.kind === 'mine' && (
        <Button size="compact-xs" variant="default" onClick={() => say('release')}>
          Release
        </Button>
      )}
      {view.kind === 'free' && (
        <Button size="compact-xs" variant="default" onClick={() => say('ask')}>
          Take the write lock
        </Button>
      )}
      {view.kind === 'theirs' && !view.asked && (
        <Button size="compact-xs" variant="default" onClick={() => say('ask')}>
          Ask for the write lock
        </Button>
      )}
      {view.kind === 'theirs' && device.may.force && (
        <Button size="compact-xs" variant="default" onClick={() => setForcing(true)}>
          Take over…
        </Button>
      )}
      {forcing && view.kind === 'theirs' && (
        <ForceDialog writer={view.writer} live={live} onClose={() => setForcing(false)} />
      )}
    </fieldset>
  )
}

function words(view: Exclude<LockView, { kind: 'detached' }>, { me }: Model, now: number): string {
  switch (view.kind) {
    case 'mine':
      return 'You write'
    case 'free':
      return 'Nobody writes'
    case 'watcher':
      return view.writer ? `You are watching; ${view.writer.name} writes` : 'You are watching'
    case 'theirs': {
      if (!view.asked) return `You are watching; ${view.writer.name} writes`
      if (view.asking?.id !== me) return `Asked; ${view.asking?.name ?? 'somebody'} is first in line`
      return `Asked; yours in ${secondsUntil(view.grantAt ?? now, now)} s unless ${view.writer.name} declines`
    }
  }
}
