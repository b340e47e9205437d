import { type KeyboardEvent, memo } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { PowerGlance } from '../../../server/contract/power.ts'
import { Ago } from '../parts/ago.tsx'
import { LineBadge } from '../parts/line-badge.tsx'
import { LoginTag } from '../parts/login-tag.tsx'
import { useNow } from '../parts/now.ts'
import { Tag } from '../parts/tag.tsx'
import { alarmTone, alarmWords } from '../words/attention.ts'
import { lineWords } from '../words/line.ts'
import { Here } from './here.tsx'
import classes from './list.module.css'
import { PowerLine } from './power-line.tsx'
import { RowLink } from './row-link.tsx'
import { RowMenu } from './row-menu.tsx'

interface Props {
  device: Device
  selected: boolean
  power: PowerGlance | undefined
  onSelect: (id: string) => void
  index: number
  measure: (element: HTMLElement | null) => void
}

/** One device. Memorised: of those in sight only what changed is drawn anew. Space on its name selects it. */
export const DeviceRow = memo(function DeviceRow({
  device,
  selected,
  power,
  onSelect,
  index,
  measure,
}: Props) {
  const select = () => onSelect(device.id)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== ' ') return
    event.preventDefault()
    select()
  }
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      className={classes.row}
      data-selected={selected || undefined}
    >
      <td className={classes.select}>
        <input type="checkbox" aria-label={`Select ${device.name}`} checked={selected} onChange={select} />
      </td>
      <td className={classes.state}>
        <State device={device} />
        {power && <PowerLine glance={power} />}
      </td>
      <td className={classes.name}>
        <RowLink device={device} onKeyDown={onKeyDown} />
        <div className={classes.second} title={device.description}>
          <span className={classes.project}>{device.projectName}</span>
          {device.tags.length > 0 && (
            <span className={classes.tags}>{device.tags.map((tag) => `#${tag}`).join(' ')}</span>
          )}
          {device.description !== '' && <span className={classes.description}>{device.description}</span>}
        </div>
      </td>
      <td className={classes.said}>
        <LastLine device={device} />
      </td>
      <td className={classes.here}>
        <LoginTag login={device.console.login} />
        <Here viewers={device.console.viewers} writer={device.console.writer} />
      </td>
      <td className={classes.more}>
        <RowMenu device={device} />
      </td>
    </tr>
  )
})

function State({ device }: { device: Device }) {
  const now = useNow()
  const { tone, word, detail } = lineWords(device.console.line, now)
  return (
    <>
      <LineBadge tone={tone} word={word} />
      <div className={`${classes.second} numbers`}>{detail}</div>
    </>
  )
}

function LastLine({ device }: { device: Device }) {
  const { line, recording, lastLine, lastDataAt, attention } = device.console
  const cause = line.state === 'waiting' ? line.cause.message : ''
  const notRecorded = recording.state === 'failed' ? `Not recorded: ${recording.message}` : ''
  const trouble = cause || notRecorded
  const urgent = trouble !== '' || attention !== null
  return (
    <>
      {attention && (
        <div className={classes.alarm} title={attention.line}>
          <Tag tone={alarmTone(attention.alarm)}>{alarmWords[attention.alarm]}</Tag>
          <span className="mono">{withoutUptime(attention.line)}</span>
          <Ago at={attention.at} className={classes.age ?? ''} />
        </div>
      )}
      {trouble !== '' && (
        <div className={classes.trouble} title={trouble}>
          {trouble}
        </div>
      )}
      {lastLine !== '' && (
        <div className={`${classes.line} mono`} title={lastLine} data-old={urgent || undefined}>
          <span>{lastLine}</span>
          {urgent && lastDataAt !== null && <Ago at={lastDataAt} className={classes.age ?? ''} />}
        </div>
      )}
      {!urgent && (
        <div className={classes.second}>
          {lastDataAt === null ? 'Nothing printed yet' : <Ago at={lastDataAt} />}
        </div>
      )}
    </>
  )
}

/** The kernel's own time since boot says less than the age beside it, and takes the room of the message. */
function withoutUptime(line: string): string {
  return line.replace(/^\[ *\d+\.\d+\] */, '')
}
