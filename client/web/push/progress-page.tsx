import { Button, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Push } from '../../../server/contract/pushes.ts'
import { call } from '../api/call.ts'
import { Failure } from '../api/failure.ts'
import { pushQuery } from '../api/pushes.ts'
import { deviceQuery } from '../api/queries.ts'
import { NotFoundPage } from '../not-found/page.tsx'
import { Ago } from '../parts/ago.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { tellFailure } from '../parts/tell.ts'
import { Loading } from '../shell/loading.tsx'
import { AgentNotice } from './agent.tsx'
import { DeviceList } from './device-list.tsx'
import { Outcome } from './outcome.tsx'
import classes from './push.module.css'
import { RetryDialog } from './retry-dialog.tsx'
import { WatchedConsole } from './watched-console.tsx'
import { countWords, pushTitle } from './words.ts'

/** A push at work, and what came of it. */
export function PushProgressPage() {
  const { id } = useParams({ from: '/app/pushes/$id' })
  const { data: push, error, refetch } = useQuery(pushQuery(id))
  if (error instanceof Failure && error.code === 'not-found') return <NotFoundPage message={error.message} />
  if (error && !push)
    return <FailureNotice error={error} title="The push could not be loaded" retry={refetch} />
  if (!push) return <Loading />
  const [one, ...others] = push.devices
  return (
    <Page>
      <PageHeader
        title={pushTitle(push)}
        description={<Description push={push} />}
        actions={<Actions push={push} />}
      />
      {error && <FailureNotice error={error} title="How it goes on cannot be asked for" />}
      <AgentNotice
        agent={push.agent}
        by={push.by.name}
        command={`scripts/lifeline-agent ${window.location.origin} --push ${push.id}`}
      />
      {one && others.length === 0 ? <OneDevice push={push} device={one} /> : <DeviceList push={push} />}
    </Page>
  )
}

function Description({ push }: { push: Push }) {
  const { act, dryRun, account, by, createdAt, devices, counts } = push
  const did = {
    add: `Keys for ${account}, pushed`,
    remove: `Keys of ${account}, taken away`,
    read: `Keys of ${account}, read`,
  }
  const what = did[act]
  return (
    <>
      {what} by {by.name} <Ago at={createdAt} />.
      {dryRun && ' It only says what it would do: nothing is written.'}
      {devices.length > 1 && (
        <Text span inherit role="status">
          {' '}
          {countWords(counts)}.
        </Text>
      )}
    </>
  )
}

function OneDevice({ push, device }: { push: Push; device: Push['devices'][number] }) {
  const { data: whole } = useQuery(deviceQuery(device.deviceId))
  return (
    <div className={classes.work} data-console={whole ? true : undefined}>
      <Outcome push={push} device={device} />
      {whole && <WatchedConsole device={whole} />}
    </div>
  )
}

function Actions({ push }: { push: Push }) {
  const queryClient = useQueryClient()
  const [again, setAgain] = useState(false)
  const cancel = useMutation({
    mutationFn: () => call('cancelPush', { params: { id: push.id } }),
    onSuccess: (stopped) => queryClient.setQueryData(pushQuery(push.id).queryKey, stopped),
    onError: (error) => tellFailure('It was not stopped', error),
  })
  return (
    <>
      {push.may.cancel && (
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Stop
        </Button>
      )}
      {push.may.retry && <Button onClick={() => setAgain(true)}>Try again…</Button>}
      {again && <RetryDialog push={push} onClose={() => setAgain(false)} />}
    </>
  )
}
