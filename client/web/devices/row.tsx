import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { Ago } from '../parts/ago.tsx'
import { LineBadge } from '../parts/line-badge.tsx'
import { useNow } from '../parts/now.ts'
import { lineWords } from '../words/line.ts'
import { Here } from './here.tsx'
import classes from './list.module.css'
import { RowMenu } from './row-menu.tsx'

/** One device. Memorised: with two hundred of them only those that changed are drawn anew at each poll. */
export const DeviceRow = memo(function DeviceRow({ device }: { device: Device }) {
  return (
    <tr className={classes.row}>
      <td className={classes.state}>
        <State device={device} />
      </td>
      <td className={classes.name}>
        <Link
          to="/devices/$id"
          params={{ id: device.id }}
          data-device-link
          className={`${classes.link} mono`}
          title={device.name}
        >
          {device.name}
        </Link>
        <div className={classes.second} title={device.description}>
          <span className={classes.project}>{device.projectName}</span>
          {device.description !== '' && <span className={classes.description}>{device.description}</span>}
        </div>
      </td>
      <td className={classes.said}>
        <LastLine device={device} />
      </td>
      <td className={classes.here}>
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
  const { line, recording, lastLine, lastDataAt } = device.console
  const cause = line.state === 'waiting' ? line.cause.message : ''
  const notRecorded = recording.state === 'failed' ? `Not recorded: ${recording.message}` : ''
  const trouble = cause || notRecorded
  return (
    <>
      {trouble !== '' && (
        <div className={classes.trouble} title={trouble}>
          {trouble}
        </div>
      )}
      {lastLine !== '' && (
        <div className={`${classes.line} mono`} title={lastLine} data-old={trouble !== '' || undefined}>
          <span>{lastLine}</span>
          {trouble !== '' && lastDataAt !== null && <Ago at={lastDataAt} className={classes.age ?? ''} />}
        </div>
      )}
      {trouble === '' && (
        <div className={classes.second}>
          {lastDataAt === null ? 'Nothing printed yet' : <Ago at={lastDataAt} />}
        </div>
      )}
    </>
  )
}
