import { Button, Progress } from '@mantine/core'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { Job } from '../../../server/contract/jobs.ts'
import { tellDone } from '../parts/tell.ts'
import { count } from '../words/count.ts'
import classes from './job-bar.module.css'
import type { Model } from './model.ts'
import { missingLines } from './paste.ts'
import type { Live } from './use-console.ts'
import type { Paste, Sent } from './use-paste.ts'

interface Props {
  device: Device
  model: Model
  live: Live | null
  paste: Paste
}

/** What types on this console, for whom, and how it ended. */
export function JobBar({ device, model, live, paste }: Props) {
  const [dismissed, setDismissed] = useState('')
  const { job } = model
  if (job === null || dismissed === job.id) return null
  const sent = paste.sent?.jobId === job.id ? paste.sent : null
  const mine = model.viewers.find(({ id }) => id === model.me)?.userId === job.userId
  const running = job.state === 'running'
  const close = () => {
    setDismissed(job.id)
    live?.terminal.focus()
  }
  return (
    <section className={classes.bar} aria-label={words[job.kind]} data-state={job.state}>
      <div className={classes.words}>
        <b>{heading(job, mine)}</b> <span role="status">{job.message}</span>{' '}
        {running && job.secondsLeft !== null && <span>{left(job.secondsLeft)}</span>}
        {!running && sent && <Result job={job} sent={sent} paste={paste} />}
      </div>
      {running ? (
        <>
          {job.total > 0 && (
            <Progress
              className={classes.progress}
              value={(100 * job.done) / job.total}
              aria-label="Arrived"
            />
          )}
          {(mine || device.may.force) && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => live?.session.say({ type: 'cancel-job', job: job.id })}
            >
              Stop
            </Button>
          )}
        </>
      ) : (
        <Button size="compact-xs" variant="default" onClick={close}>
          Dismiss
        </Button>
      )}
    </section>
  )
}

const words: Record<Job['kind'], string> = {
  paste: 'Paste',
  file: 'File',
  'login-check': 'Login check',
  push: 'Push of keys',
  'set-password': 'New root password',
  recovery: 'Recovery',
}

function heading({ kind, name, state }: Job, mine: boolean): string {
  const whose = mine ? '' : ` by ${name}`
  if (state === 'running') return `${words[kind]}${whose}:`
  const end = { done: 'done', failed: 'not finished', cancelled: 'stopped' }[state]
  return `${words[kind]}${whose} ${end}:`
}

function Result({ job, sent, paste }: { job: Job; sent: Sent; paste: Paste }) {
  if (sent.sha256 !== undefined)
    return job.state === 'done' ? <code className={classes.sum}>SHA-256 {sent.sha256}</code> : null
  const missing = missingLines(sent.text ?? '', job.missing)
  if (missing === null) return null
  return (
    <>
      {missing.lines} did not arrive.{' '}
      <Button size="compact-xs" variant="default" onClick={() => void copyRest(missing.rest, paste)}>
        Copy the rest
      </Button>
    </>
  )
}

/** Where the browser gives no clipboard (plain http, no permission) the rest is shown, to be copied by hand or pasted from there. */
async function copyRest(rest: string, paste: Paste): Promise<void> {
  try {
    await navigator.clipboard.writeText(rest)
    tellDone('What did not arrive is in the clipboard')
  } catch {
    paste.setPending(rest)
  }
}

function left(seconds: number): string {
  return seconds < 90 ? `${count(seconds, 'second')} left.` : `${Math.ceil(seconds / 60)} minutes left.`
}
