import { Skeleton, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { powerGlancesQuery } from '../api/power.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import type { Item } from './arrange.ts'
import classes from './list.module.css'
import { ProjectRow } from './project-row.tsx'
import { DeviceRow } from './row.tsx'
import type { Selection } from './use-selection.ts'

interface Props {
  items: readonly Item[]
  selection: Selection
  /** Whether the machines in sight are asked for their power. */
  power: boolean
}

/** Height of a row before it has been measured, px. */
const rowHeight = 62
/** Rows drawn beyond the edges of the window: the next that an arrow key goes to is there. */
const overscan = 8

/** The devices as rows of a table, of which only those in sight are drawn; on a narrow screen each row folds into a card. */
export function DeviceList({ items, selection, power }: Props) {
  const table = useRef<HTMLTableElement>(null)
  const [top, setTop] = useState(0)
  // What stands above the list comes and goes.
  useLayoutEffect(() => {
    const now = table.current ? table.current.getBoundingClientRect().top + window.scrollY : 0
    if (Math.abs(now - top) > 1) setTop(now)
  })
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index]) ?? index,
    overscan,
    scrollMargin: top,
  })
  const rows = virtualizer.getVirtualItems()
  const first = rows[0]
  const last = rows.at(-1)
  const inSight = rows.flatMap(({ index }) => {
    const item = items[index]
    return power && item?.kind === 'device' ? [item.device.id] : []
  })
  const { data: glances, error } = useQuery(powerGlancesQuery(inSight))
  const powerOf = new Map(power ? glances?.map((glance) => [glance.deviceId, glance]) : [])
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const here = Number(document.activeElement?.closest('tr')?.dataset.index ?? -1)
    const next = document.activeElement?.matches('[data-device-link]')
      ? target(event.key, here, items)
      : undefined
    if (next === undefined) return
    event.preventDefault()
    virtualizer.scrollToIndex(next, { align: 'auto' })
    focusRow(table.current, next)
  }
  return (
    <>
      {power && error && <FailureNotice error={error} title="The power of these devices is not known" />}
      <table
        ref={table}
        className={classes.table}
        aria-label="Devices"
        aria-rowcount={items.length + 1}
        onKeyDown={move}
      >
        <ListHead />
        <tbody>
          <Space height={first ? first.start - top : 0} />
          {rows.map(({ index, key }) => {
            const item = items[index]
            if (item === undefined) return null
            const place = { index, measure: virtualizer.measureElement }
            return item.kind === 'project' ? (
              <ProjectRow key={key} item={item} {...place} />
            ) : (
              <DeviceRow
                key={key}
                device={item.device}
                selected={selection.has(item.device.id)}
                onSelect={selection.toggle}
                power={powerOf.get(item.device.id)}
                {...place}
              />
            )
          })}
          <Space height={last ? virtualizer.getTotalSize() - (last.end - top) : 0} />
        </tbody>
      </table>
    </>
  )
}

function ListHead() {
  return (
    <thead>
      <tr>
        <th scope="col" className={classes.select}>
          <VisuallyHidden>Selected</VisuallyHidden>
        </th>
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
  )
}

/** In place of the rows that are not drawn. */
function Space({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden className={classes.space} style={{ height }} /> : null
}

function keyOf(item: Item | undefined): string | undefined {
  return item?.kind === 'project' ? item.id : item?.device.id
}

/** Which row a key goes to from here: names of projects are passed over. */
function target(key: string, here: number, items: readonly Item[]): number | undefined {
  const isDevice = (index: number) => items[index]?.kind === 'device'
  const seek = (from: number, step: 1 | -1) => {
    for (let index = from; index >= 0 && index < items.length; index += step)
      if (isDevice(index)) return index
    return undefined
  }
  switch (key) {
    case 'ArrowDown':
      return seek(here + 1, 1)
    case 'ArrowUp':
      return seek(here - 1, -1)
    case 'Home':
      return seek(0, 1)
    case 'End':
      return seek(items.length - 1, -1)
    default:
      return undefined
  }
}

/** A row that is far away is drawn only when the window has scrolled there. */
function focusRow(table: HTMLElement | null, index: number, frames = 10): void {
  const link = table?.querySelector<HTMLElement>(`tr[data-index="${index}"] [data-device-link]`)
  if (link) link.focus({ preventScroll: frames !== 10 })
  else if (frames > 0) requestAnimationFrame(() => focusRow(table, index, frames - 1))
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
