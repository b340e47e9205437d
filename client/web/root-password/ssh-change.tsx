import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { SshPasswordChange } from '../../../server/contract/ssh-password.ts'
import { call } from '../api/call.ts'
import { rootPasswordQuery, sshPasswordQuery } from '../api/root-password.ts'
import { Notice } from '../parts/notice.tsx'
import { useNow } from '../parts/now.ts'
import { Section } from '../parts/section.tsx'
import { tellFailure } from '../parts/tell.ts'
import { AgentNotice } from '../push/agent.tsx'
import { changeEndWords } from './words.ts'

/** Long enough to be read by who looked elsewhere. */
const shownMs = 600_000

/** A new root password over SSH that is under way, or how the last one ended. */
export function SshChange({ device: { id } }: { device: Device }) {
  const { data: change } = useQuery(sshPasswordQuery(id))
  const [dismissed, setDismissed] = useState('')
  const now = useNow()
  useKeptAnew(id, change?.state)
  if (!change || change.id === dismissed) return null
  if (change.endedAt !== null && now - change.endedAt > shownMs) return null
  return (
    <Section title="New password over SSH" description={`For ${change.by}`}>
      <Stack gap="md">
        <AgentNotice
          agent={change.agent}
          by={change.by}
          command={`scripts/lifeline-agent ${window.location.origin} --root-password ${id}`}
        />
        <State change={change} />
        <Group gap="sm">
          {change.endedAt === null ? (
            <Stop id={id} />
          ) : (
            <Button variant="default" onClick={() => setDismissed(change.id)}>
              Dismiss
            </Button>
          )}
        </Group>
      </Stack>
    </Section>
  )
}

function State({ change: { endedAt, state, message } }: { change: SshPasswordChange }) {
  if (endedAt === null) return <Text role="status">{message}</Text>
  return (
    <Notice tone={state === 'done' ? 'good' : 'trouble'} title={changeEndWords(state)} urgent>
      {message}
    </Notice>
  )
}

/** What is kept has changed when it has ended. */
function useKeptAnew(id: string, state: SshPasswordChange['state'] | undefined): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (state !== undefined) void queryClient.invalidateQueries(rootPasswordQuery(id))
  }, [queryClient, id, state])
}

function Stop({ id }: { id: string }) {
  const queryClient = useQueryClient()
  const { queryKey } = sshPasswordQuery(id)
  const stop = useMutation({
    mutationFn: () => call('stopRootPasswordOverSsh', { params: { id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
    onError: (error) => tellFailure('It was not stopped', error),
  })
  return (
    <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
      Stop
    </Button>
  )
}
