import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import type { HostKeys } from '../../../server/contract/provision.ts'
import { hostKeysQuery, knownHostsQuery } from '../api/provision.ts'
import { CopyBlock } from '../parts/copy-block.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { HostKeyList } from '../parts/host-key-list.tsx'
import { HostKeysNotice } from '../parts/host-keys-notice.tsx'
import { Section } from '../parts/section.tsx'
import { knownHostsFile } from './commands.ts'
import { useForget } from './use-forget.ts'

/** By what a client tells the machine from somebody in between, and how it learns that without asking. */
export function HostKeysSection({ device }: { device: Device }) {
  const { data, error, refetch } = useQuery(hostKeysQuery(device.id))
  return (
    <Section
      title="Host keys"
      description="With these lines ssh knows the machine at the first connection, and asks nobody to type yes."
    >
      {error && <FailureNotice error={error} title="The host keys could not be loaded" retry={refetch} />}
      {data && <Known device={device} hostKeys={data} />}
    </Section>
  )
}

function Known({ device, hostKeys }: { device: Device; hostKeys: HostKeys }) {
  const forget = useForget(device)
  if (hostKeys.state === 'none') {
    return (
      <Text size="sm" c="dimmed">
        None are known. Lifeline learns them when a machine is provisioned: from what it prints on its
        console, and what it sends when it is up. Until then compare what ssh shows at the first connection
        with what the machine says on its console:{' '}
        <code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</code>
      </Text>
    )
  }
  return (
    <>
      {/* That they contradict each other stands at the top of the page. */}
      {hostKeys.state !== 'mismatch' && <HostKeysNotice state={hostKeys.state} />}
      <HostKeyList keys={hostKeys.keys} />
      {hostKeys.state !== 'mismatch' && (
        <Lines device={device} unverified={hostKeys.state === 'unverified'} />
      )}
      {hostKeys.may.forget && (
        <div>
          <Button variant="default" size="xs" loading={forget.isPending} onClick={forget.ask}>
            Forget these keys
          </Button>
        </div>
      )}
    </>
  )
}

function Lines({ device, unverified }: { device: Device; unverified: boolean }) {
  const { data: lines, error, refetch } = useQuery(knownHostsQuery(device.id, unverified))
  if (error) return <FailureNotice error={error} title="The lines could not be loaded" retry={refetch} />
  if (!lines) return null
  return (
    <>
      <Text size="sm">
        Append these lines to <code>~/.ssh/{knownHostsFile}</code>:
      </Text>
      <CopyBlock name="the known_hosts lines" text={lines} file={knownHostsFile} />
    </>
  )
}
