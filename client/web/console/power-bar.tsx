import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { powerQuery } from '../api/power.ts'
import { useNow } from '../parts/now.ts'
import { runHeading } from '../power/words.ts'
import classes from './job-bar.module.css'
import type { Live } from './use-console.ts'

/** Long enough to be read by who looked elsewhere. */
const shownMs = 120_000

/** What is done to the machine's power, for whom, and how it came out. */
export function PowerBar({ device, live }: { device: Device; live: Live | null }) {
  const { data } = useQuery(powerQuery(device.id))
  const [dismissed, setDismissed] = useState(0)
  const now = useNow()
  const run = data?.run
  if (!run || run.startedAt === dismissed) return null
  if (run.endedAt !== null && now - run.endedAt > shownMs) return null
  const close = () => {
    setDismissed(run.startedAt)
    live?.terminal.focus()
  }
  return (
    <section className={classes.bar} aria-label="Power" data-state={run.state}>
      <div className={classes.words}>
        <b>{runHeading(run)}</b> <span role="status">{run.words}</span>
      </div>
      {run.state !== 'running' && (
        <Button size="compact-xs" variant="default" onClick={close}>
          Dismiss
        </Button>
      )}
    </section>
  )
}
