import { Link } from '@tanstack/react-router'
import { useState, useSyncExternalStore } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { initialModel } from '../console/model.ts'
import { usePacer } from '../wall/use-pacer.ts'
import { useTile, useTileFont } from '../wall/use-tile.ts'
import wall from '../wall/wall.module.css'
import classes from './push.module.css'

const onlyWatched = { onRefused: () => {}, onPaste: () => {}, onLeave: () => {} }
const never = () => () => {}

/** A device's console beside what is done on it. Pressing it opens it. */
export function WatchedConsole({ device }: { device: Device }) {
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const live = useTile(device, box, { pacer: usePacer(), events: onlyWatched })
  const [empty] = useState(() => initialModel(device.settings.size))
  const { size } = useSyncExternalStore(
    live?.session.subscribe ?? never,
    live?.session.snapshot ?? (() => empty),
  )
  useTileFont(live, box, size.cols)
  return (
    <section className={classes.console} aria-label={`Terminal of ${device.name}`}>
      <div ref={setBox} className={wall.terminal} />
      <Link
        to="/devices/$id"
        params={{ id: device.id }}
        className={classes.open}
        aria-label={`Open the console of ${device.name}`}
      />
    </section>
  )
}
