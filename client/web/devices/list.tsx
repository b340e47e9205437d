import { Skeleton, VisuallyHidden } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import classes from './list.module.css'
import { DeviceRow } from './row.tsx'

/** The devices as rows of a table; on a narrow screen each row folds into a card. */
export function DeviceList({ devices }: { devices: Device[] }) {
  return (
    <table className={classes.table} aria-label="Devices" onKeyDown={moveBetweenRows}>
      <thead>
        <tr>
          <th scope="col" className={classes.state}>
            State
          </th>
          <th scope="col" className={classes.name}>
            Device
          </th>
          <th scope="col">Last line</th>
          <th scope="col" className={classes.here}>
            Here
          </th>
          <th scope="col" className={classes.more}>
            <VisuallyHidden>Actions</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <DeviceRow key={device.id} device={device} />
        ))}
      </tbody>
    </table>
  )
}

/** Arrow keys go from device to device; the filter's arrow down leads here. */
function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-device-link]')]
  const here = links.indexOf(document.activeElement as HTMLElement)
  if (step === undefined || here === -1) return
  event.preventDefault()
  links[here + step]?.focus()
}

export function ListSkeleton() {
  return (
    <div role="status" aria-busy aria-label="Loading devices">
      <Skeleton h={36} maw={460} mb={14} />
      {[...Array(6).keys()].map((row) => (
        <Skeleton key={row} h={60} mb={2} radius={row === 0 ? 'lg' : 'sm'} />
      ))}
    </div>
  )
}
