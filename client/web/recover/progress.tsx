import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import type { Recovery } from '../../../server/contract/recovery.ts'
import { call } from '../api/call.ts'
import { recoveryQuery } from '../api/recovery.ts'
import { Notice } from '../parts/notice.tsx'
import { tellFailure } from '../parts/tell.ts'
import push from '../push/push.module.css'
import { WatchedConsole } from '../push/watched-console.tsx'
import { KeysEnd } from './keys-end.tsx'
import classes from './recover.module.css'
import { Steps } from './steps.tsx'
import { WayIn } from './way-in.tsx'
import { endWords } from './words.ts'

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
        {recovery.pushId && <KeysEnd pushId={recovery.pushId} />}
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

function End({ device, recovery }: { device: Device; recovery: Recovery }) {
  const { state, message, rehearsal, screen, sshPort, pushId } = recovery
  const done = state === 'done'
  return (
    <Notice tone={done ? 'good' : 'trouble'} title={endWords(recovery)} urgent>
      {message}
      {done && !rehearsal && <WayIn device={device} port={sshPort} pushes={pushId !== null} />}
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
