import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowsMaximize, IconGripVertical, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { DragEvent, KeyboardEvent } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { Model } from '../console/model.ts'
import { LineBadge } from '../parts/line-badge.tsx'
import { LoginTag } from '../parts/login-tag.tsx'
import { useNow } from '../parts/now.ts'
import { Tag } from '../parts/tag.tsx'
import { alarmTone, alarmWords } from '../words/attention.ts'
import { lineWords } from '../words/line.ts'
import classes from './wall.module.css'

const dragged = 'application/x-lifeline-tile'

export interface TileHeadProps {
  device: Device
  /** Moves it by so many places. */
  onMove(id: string, by: number): void
  /** Puts the tile that is dragged into this one's place. */
  onDrop(dragged: string, onto: string): void
  onRemove(id: string): void
}

/** Which console it is, how its line stands, who is logged in, and the tile's own handles. */
export function TileHead({ device, model, onMove, onDrop, onRemove }: TileHeadProps & { model: Model }) {
  const now = useNow()
  const { line, attention, login } = device.console
  const { tone, word, cause } = lineWords(model.line ?? line, now)
  const writer = model.viewers.find(({ id }) => id === model.lock.writer)
  const drop = (event: DragEvent) => {
    const id = event.dataTransfer.getData(dragged)
    if (id === '') return
    event.preventDefault()
    onDrop(id, device.id)
  }
  const allow = (event: DragEvent) => {
    if (event.dataTransfer.types.includes(dragged)) event.preventDefault()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop on; the handle moves tiles by keyboard
    <div className={classes.head} onDragOver={allow} onDrop={drop}>
      <Handle device={device} onMove={onMove} />
      <Link
        to="/devices/$id"
        params={{ id: device.id }}
        className={`${classes.name} mono`}
        title={device.name}
      >
        {device.name}
      </Link>
      <span title={cause || undefined} className={classes.state}>
        <LineBadge tone={tone} word={word} soft />
      </span>
      {attention && (
        <span title={attention.line} className={classes.tag}>
          <Tag tone={alarmTone(attention.alarm)}>{alarmWords[attention.alarm]}</Tag>
        </span>
      )}
      <span className={classes.tag}>
        <LoginTag login={login} />
      </span>
      <span className={classes.writer}>
        {writer && (writer.id === model.me ? 'You write' : `${writer.name} writes`)}
      </span>
      <Tooltip label="Open">
        <ActionIcon
          size="sm"
          aria-label={`Open ${device.name}`}
          renderRoot={(props) => <Link to="/devices/$id" params={{ id: device.id }} {...props} />}
        >
          <IconArrowsMaximize size={14} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Take off the wall">
        <ActionIcon
          size="sm"
          aria-label={`Take ${device.name} off the wall`}
          onClick={() => onRemove(device.id)}
        >
          <IconX size={14} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

const steps: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }

/** Dragged, or moved by arrow keys while it has the focus. */
function Handle({ device, onMove }: Pick<TileHeadProps, 'device' | 'onMove'>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const by = steps[event.key]
    if (by === undefined) return
    event.preventDefault()
    onMove(device.id, by)
  }
  return (
    <button
      type="button"
      draggable
      className={classes.handle}
      aria-label={`Move ${device.name}: arrow keys, or drag`}
      onDragStart={(event) => {
        event.dataTransfer.setData(dragged, device.id)
        event.dataTransfer.effectAllowed = 'move'
      }}
      onKeyDown={onKeyDown}
    >
      <IconGripVertical size={14} aria-hidden />
    </button>
  )
}
