import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { lockView } from '../console/lock-view.ts'
import type { Model } from '../console/model.ts'
import classes from './wall.module.css'

interface Props {
  device: Device
  model: Model
  active: boolean
  /** Why the last key went nowhere. */
  hint: string | null
  setBox: (box: HTMLDivElement | null) => void
  onActivate: () => void
  onLeave: () => void
  onAsk: () => void
}

/** The terminal, under a button that lets one type in it. */
export function TileBody({ device, model, active, hint, setBox, onActivate, onLeave, onAsk }: Props) {
  const navigate = useNavigate()
  const view = lockView(model)
  const open = () => navigate({ to: '/devices/$id', params: { id: device.id } })
  return (
    <section className={classes.body} aria-label={`Terminal of ${device.name}`}>
      <div ref={setBox} className={classes.terminal} style={shapeOf(model)} />
      {!active && (
        <button
          type="button"
          className={classes.cover}
          aria-label={device.may.write ? `Type on ${device.name}` : `Open ${device.name} to watch it whole`}
          onClick={device.may.write ? onActivate : open}
        />
      )}
      {model.link.state !== 'attached' && <p className={classes.link}>{linkWords(model.link)}</p>}
      {active && (
        <div className={classes.bar}>
          <span role="status">{hint ?? typingWords(view)}</span>
          {view.kind === 'theirs' && !view.asked && (
            <Button size="compact-xs" variant="default" onClick={onAsk}>
              Ask for the write lock
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={onLeave}>
            Done
          </Button>
        </div>
      )}
    </section>
  )
}

/** The height a terminal of this size will have, so that the wall does not jump when it comes. */
function shapeOf({ size: { rows, cols } }: Model): React.CSSProperties {
  // A cell of JetBrains Mono at a line height of 1.2: 0.6 by 1.58 of the font's size.
  return { aspectRatio: `${cols * 0.6} / ${rows * 1.58}` }
}

function linkWords(link: Exclude<Model['link'], { state: 'attached' }>): string {
  if (link.state === 'connecting') return 'Attaching…'
  return link.state === 'waiting' ? `${link.why} Trying again.` : link.message
}

function typingWords(view: ReturnType<typeof lockView>): string {
  switch (view.kind) {
    case 'mine':
      return 'You write. Ctrl+Shift+F6 leaves.'
    case 'theirs':
      return view.asked ? `Asked; ${view.writer.name} writes` : `${view.writer.name} writes`
    case 'free':
      return 'Nobody writes; your first key takes the lock'
    case 'watcher':
      return 'You may watch this console, not type on it'
    case 'detached':
      return 'Not attached'
  }
}
