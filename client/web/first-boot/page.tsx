import { Anchor, Button, Group, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { Marked, ProvisioningState } from '../../../server/contract/provision.ts'
import { deviceKeysQuery } from '../api/keys.ts'
import { hostKeysQuery, provisioningQuery } from '../api/provision.ts'
import { DevicePage } from '../parts/device-page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { HostKeysNotice } from '../parts/host-keys-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { Section } from '../parts/section.tsx'
import { Loading } from '../shell/loading.tsx'
import { AddressDialog } from './address-dialog.tsx'
import { MarkDialog } from './mark-dialog.tsx'
import { Steps } from './steps.tsx'
import { useRevoke } from './use-revoke.ts'

/** How a new machine gets its keys and its root password by itself. */
export function FirstBootPage() {
  const { id } = useParams({ from: '/app/devices/$id/first-boot' })
  return (
    <DevicePage
      id={id}
      title={(name) => `First boot of ${name}`}
      description="A machine that boots an image with cloud-init fetches its keys and its root password here, once."
    >
      {(device) => <FirstBoot device={device} />}
    </DevicePage>
  )
}

function FirstBoot({ device }: { device: Device }) {
  const { data, error, refetch } = useQuery(provisioningQuery(device.id))
  const { data: hostKeys } = useQuery(hostKeysQuery(device.id))
  if (error && !data)
    return <FailureNotice error={error} title="The state could not be loaded" retry={refetch} />
  if (!data) return <Loading />
  return (
    <>
      <NoKeys device={device} state={data} />
      <Marking device={device} state={data} />
      {hostKeys && hostKeys.state !== 'none' && hostKeys.state !== 'mismatch' && (
        <Section
          title="Host keys"
          description={
            <Anchor
              inherit
              renderRoot={(props) => <Link to="/devices/$id/connect" params={{ id: device.id }} {...props} />}
            >
              known_hosts lines are under Connect
            </Anchor>
          }
        >
          <HostKeysNotice state={hostKeys.state} />
        </Section>
      )}
      <WhatHappens device={device} />
    </>
  )
}

/** Before a machine boots into a system that nobody can log in to by key. */
function NoKeys({ device, state: { provisioning } }: { device: Device; state: ProvisioningState }) {
  const { data } = useInfiniteQuery(deviceKeysQuery(device.id))
  const [first] = data?.pages ?? []
  const ahead = provisioning === null || provisioning.state === 'waiting' || provisioning.state === 'fetched'
  if (!ahead || first === undefined || first.next !== null) return null
  if (first.keys.some(({ handedOut }) => handedOut)) return null
  return (
    <Notice tone="trouble" title="No key would be handed out">
      Nobody could log in to the machine with a key: add one, or select one under{' '}
      <Anchor
        inherit
        underline="always"
        renderRoot={(props) => <Link to="/devices/$id/keys" params={{ id: device.id }} {...props} />}
      >
        Who can log in
      </Anchor>
      .
    </Notice>
  )
}

function Marking({ device, state }: { device: Device; state: ProvisioningState }) {
  const [asking, setAsking] = useState(false)
  const [marked, setMarked] = useState<Marked | null>(null)
  const revoke = useRevoke(device)
  const { provisioning, may } = state
  const live = provisioning?.state === 'waiting' || provisioning?.state === 'fetched'
  return (
    <Section title="State" description="From the mark to the machine’s own word that it is up.">
      {provisioning ? (
        <Steps provisioning={provisioning} />
      ) : (
        <Text c="dimmed">{device.name} is not marked: nothing is handed to anybody.</Text>
      )}
      {may.provision && (
        <Group gap="sm">
          <Button variant={live ? 'default' : 'filled'} onClick={() => setAsking(true)}>
            {live ? 'Make a new address' : 'Mark to be provisioned'}
          </Button>
          {live && (
            <Button variant="default" c="var(--app-danger)" loading={revoke.isPending} onClick={revoke.ask}>
              Revoke
            </Button>
          )}
        </Group>
      )}
      {asking && (
        <MarkDialog device={device} renewed={live} onClose={() => setAsking(false)} onMarked={setMarked} />
      )}
      {marked && <AddressDialog device={device} marked={marked} onClose={() => setMarked(null)} />}
    </Section>
  )
}

function WhatHappens({ device }: { device: Device }) {
  return (
    <Section title="What the machine gets">
      <Text size="sm">
        For root: the keys that are handed out under{' '}
        <Anchor
          inherit
          underline="always"
          renderRoot={(props) => <Link to="/devices/$id/keys" params={{ id: device.id }} {...props} />}
        >
          Who can log in
        </Anchor>
        , as they are when it asks, and a root password of its own, as a hash. The password itself is sealed
        in the gateway. When the machine is up it says so and tells its host keys; from then on the address is
        dead.
      </Text>
      <Text size="sm" c="dimmed">
        A machine that already runs gets nothing this way. Marking it does not touch it, until it boots with
        the address.
      </Text>
    </Section>
  )
}
