import { Anchor, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { deviceKeysQuery } from '../api/keys.ts'
import { rootPasswordQuery } from '../api/root-password.ts'
import { DevicePage } from '../parts/device-page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { Loading } from '../shell/loading.tsx'
import { PushForm } from './form.tsx'
import { KeysField } from './keys-field.tsx'

/** Puts keys on one server, or reads which are there. */
export function DevicePushPage() {
  const { id } = useParams({ from: '/app/devices/$id/push' })
  const { act = 'add' } = useSearch({ from: '/app/devices/$id/push' })
  return (
    <DevicePage
      id={id}
      title={(name) => (act === 'read' ? `Read keys on ${name}` : `Push keys to ${name}`)}
      description={
        act === 'read'
          ? 'Looks which keys let somebody in, and changes nothing.'
          : 'Adds public keys to authorized_keys on the running server, and proves that it takes them. What is there is left alone.'
      }
    >
      {(device) => (device.may.write ? <Order device={device} act={act} /> : <MayNot />)}
    </DevicePage>
  )
}

function MayNot() {
  return (
    <Notice tone="trouble" title="You may not push to this server">
      Owners and collaborators of its project may. You may watch its console.
    </Notice>
  )
}

function Order({ device, act }: { device: Device; act: 'add' | 'read' }) {
  const { data, error, refetch, hasNextPage } = useInfiniteQuery(deviceKeysQuery(device.id))
  const { data: root } = useQuery(rootPasswordQuery(device.id))
  if (error && !data)
    return <FailureNotice error={error} title="The keys could not be loaded" retry={refetch} />
  if (!data || !root) return <Loading />
  const keys = data.pages.flatMap((page) => page.keys).filter(({ handedOut }) => handedOut)
  if (keys.length === 0 && act === 'add') return <NoKeys device={device} />
  const form = {
    act,
    devices: [device.id],
    vault: root.state === 'kept' && root.may.use,
    mayKeep: root.may.set,
    session: device.console.login.state === 'somebody',
  }
  if (act === 'read') return <PushForm {...form} />
  return (
    <PushForm {...form}>
      {({ keys: chosen, error: mistake, onKeys }) => (
        <KeysField keys={keys} more={hasNextPage} chosen={chosen} error={mistake} onChange={onKeys} />
      )}
    </PushForm>
  )
}

function NoKeys({ device: { id, name } }: { device: Device }) {
  return (
    <Notice tone="trouble" title={`No key is handed out on ${name}`}>
      <Text size="sm">
        What is handed out there, and why, is under{' '}
        <Anchor
          inherit
          underline="always"
          renderRoot={(props) => <Link to="/devices/$id/keys" params={{ id }} {...props} />}
        >
          Who can log in
        </Anchor>
        .
      </Text>
    </Notice>
  )
}
