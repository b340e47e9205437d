import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import { type Recovery, recoverySteps } from '../../../server/contract/recovery.ts'
import { call } from '../api/call.ts'
import { recoveryQuery } from '../api/recovery.ts'
import { Notice } from '../parts/notice.tsx'
import { useNow } from '../parts/now.ts'
import { tellFailure } from '../parts/tell.ts'
import push from '../push/push.module.css'
import { WatchedConsole } from '../push/watched-console.tsx'
import classes from './recover.module.css'
import { WayIn } from './way-in.tsx'
import { endWords, stepTime, stepWords } from './words.ts'

interface Props {
  device: Device
  recovery: Recovery
  onDismiss: () => void
}

/** A recovery at work beside the live console, and how it ended. */
export function Progress({ device, recovery, onDismiss }: Props) {
  const running = recovery.state === 'running'
  return (
    <div className={push.work} data-console>
      <div>
        <Steps recovery={recovery} />
        {recovery.approval && (
          <Text size="sm" mb="sm">
            Ordered by {recovery.by}, approved by {recovery.approval.by}.
          </Text>
        )}
        {running ? (
          <Text role="status">{recovery.message}</Text>
        ) : (
          <End device={device} recovery={recovery} />
        )}
        <Group gap="sm" mt="md">
          {running ? (
            <Stop device={device} />
          ) : (
            <Button variant="default" onClick={onDismiss}>
              {recovery.state === 'done' && !recovery.rehearsal ? 'Start over' : 'Try again…'}
            </Button>
          )}
        </Group>
      </div>
      <WatchedConsole device={device} />
    </div>
  )
}

function Steps({ recovery: { steps, state } }: { recovery: Recovery }) {
  const now = useNow()
  return (
    <ol className={classes.steps} aria-label="Steps">
      {recoverySteps.map((name) => {
        const step = steps.find((one) => one.step === name)
        const last = step !== undefined && step === steps.at(-1)
        const how = step === undefined ? 'waiting' : !last || state === 'done' ? 'done' : state
        return (
          <li key={name} data-state={how}>
            {stepWords[name]} {step && <span className="numbers">{stepTime(step, now)}</span>}
            {how === 'failed' && ': stopped here'}
          </li>
        )
      })}
    </ol>
  )
}

function End({ device, recovery }: { device: Device; recovery: Recovery }) {
  const { state, message, rehearsal, screen, sshPort, pushId } = recovery
  const done = state === 'done'
  return (
    <Notice tone={done ? 'good' : 'trouble'} title={endWords(recovery)} urgent>
      {message}
      {done && !rehearsal && <WayIn device={device} port={sshPort} pushId={pushId} />}
      {!done && screen.length > 0 && <pre className={`${classes.screen} mono`}>{screen.join('\n')}</pre>}
    </Notice>
  )
}

function Stop({ device: { id } }: { device: Device }) {
  const queryClient = useQueryClient()
  const stop = useMutation({
    mutationFn: () => call('cancelJob', { params: { id } }),
    onSuccess: () => queryClient.invalidateQueries(recoveryQuery(id)),
    onError: (error) => tellFailure('It was not stopped', error),
  })
  return (
    <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
      Stop
    </Button>
  )
}
