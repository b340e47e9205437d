import { useRouter } from '@tanstack/react-router'
import type { KeyboardEvent, MouseEvent } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import classes from './list.module.css'

interface Props {
  device: Device
  onKeyDown: (event: KeyboardEvent) => void
}

/** The router's own link follows every change of the address, which is much for a row that stays a second. */
export function RowLink({ device: { id, name }, onKeyDown }: Props) {
  const router = useRouter()
  const to = { to: '/devices/$id', params: { id } } as const
  const open = (event: MouseEvent) => {
    // Another tab, another window, a download: the browser does that.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    void router.navigate(to)
  }
  return (
    <a
      href={`/devices/${id}`}
      data-device-link
      className={`${classes.link} mono`}
      title={name}
      onClick={open}
      onKeyDown={onKeyDown}
      onMouseEnter={() => void router.preloadRoute(to)}
    >
      {name}
    </a>
  )
}
