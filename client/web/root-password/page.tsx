import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { RevealedPassword, RootPassword } from '../../../server/contract/vault.ts'
import { call } from '../api/call.ts'
import { rootPasswordQuery } from '../api/root-password.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { DevicePage } from '../parts/device-page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { useNow } from '../parts/now.ts'
import { Section } from '../parts/section.tsx'
import { tellFailure } from '../parts/tell.ts'
import { Loading } from '../shell/loading.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { KeepDialog } from './keep-dialog.tsx'
import { type Reveal, RevealDialog } from './reveal-dialog.tsx'
import { Revealed } from './revealed.tsx'
import { SshChange } from './ssh-change.tsx'
import { keptWords } from './words.ts'

/** The root password of a server, for as long as it is kept. */
export function RootPasswordPage() {
  const { id } = useParams({ from: '/app/devices/$id/root-password' })
  return (
    <DevicePage
      id={id}
      title={(name) => `Root password of ${name}`}
      description="Kept for a day at most, sealed, and then destroyed for good. Each look at it is in the audit, with its reason."
    >
      {(device) => (
        <>
          <SshChange device={device} />
          <Kept device={device} />
        </>
      )}
    </DevicePage>
  )
}

function Kept({ device }: { device: Device }) {
  const query = useQuery(rootPasswordQuery(device.id))
  const { data: root, error, refetch, dataUpdatedAt } = query
  const now = useNow()
  const [open, setOpen] = useState<'keep' | 'change' | Reveal | null>(null)
  const [shown, setShown] = useState<Shown | null>(null)
  if (error && !root)
    return <FailureNotice error={error} title="What is kept could not be loaded" retry={refetch} />
  if (!root) return <Loading />
  const leftMs = Math.max(0, root.leftMs - (now - dataUpdatedAt))
  return (
    <Section title="Password" description="Of the account root">
      <Text>{keptWords(root, leftMs)}</Text>
      {shown !== null && isStillKept(shown, root) && <Revealed {...shown} onHide={() => setShown(null)} />}
      <Acts device={device} root={root} onOpen={setOpen} />
      {open === 'keep' && <KeepDialog device={device} onClose={() => setOpen(null)} />}
      {open === 'change' && <ChangeDialog device={device} root={root} onClose={() => setOpen(null)} />}
      {(open === 'show' || open === 'copy') && (
        <RevealDialog
          device={device}
          how={open}
          onShow={(revealed) => setShown({ ...revealed, setAt: root.setAt })}
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  )
}

interface Shown extends RevealedPassword, Pick<RootPassword, 'setAt'> {}

/** One that was destroyed, or is not the one any more, is no longer in sight. */
const isStillKept = ({ setAt }: Shown, root: RootPassword): boolean =>
  root.state === 'kept' && root.setAt === setAt

interface ActsProps {
  device: Device
  root: RootPassword
  onOpen: (open: 'keep' | 'change' | Reveal) => void
}

function Acts({ device: { id, name }, root: { state, may }, onOpen }: ActsProps) {
  const queryClient = useQueryClient()
  const confirm = useConfirm()
  const destroy = useMutation({
    mutationFn: () => call('destroyRootPassword', { params: { id } }),
    onSuccess: (root) => queryClient.setQueryData(rootPasswordQuery(id).queryKey, root),
    onError: (error) => tellFailure('It was not destroyed', error),
  })
  const askToDestroy = () =>
    confirm({
      title: `Destroy the root password of ${name}?`,
      text: 'It stays the password of the server, but nobody can look it up here any more.',
      button: 'Destroy password',
      run: () => destroy.mutate(),
    })
  return (
    <Group gap="sm">
      {state === 'kept' && may.reveal && (
        <>
          <Button onClick={() => onOpen('show')}>Show…</Button>
          <Button variant="default" onClick={() => onOpen('copy')}>
            Copy without showing…
          </Button>
        </>
      )}
      {may.set && (
        <>
          <Button variant="default" onClick={() => onOpen('keep')}>
            {state === 'kept' ? 'Keep another…' : 'I know it, keep it…'}
          </Button>
          <Button variant="default" onClick={() => onOpen('change')}>
            Set a new one…
          </Button>
        </>
      )}
      {state === 'kept' && may.set && (
        <Button variant="default" color="red" loading={destroy.isPending} onClick={askToDestroy}>
          Destroy now…
        </Button>
      )}
      {!may.set && !may.reveal && (
        <Text size="sm" c="dimmed">
          Owners of its project may see it.
        </Text>
      )}
    </Group>
  )
}
