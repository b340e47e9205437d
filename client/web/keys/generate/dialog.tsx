import { Modal, Progress, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Notice } from '../../parts/notice.tsx'
import { Loading } from '../../shell/loading.tsx'
import { KeyHelp } from '../help.tsx'
import { ability } from './key-pair.ts'
import { Made } from './made.tsx'
import type { MadeKey } from './make-key.ts'
import { useMaking } from './use-making.ts'
import { WishForm } from './wish-form.tsx'

interface Props {
  /** What the key is called where nothing else is typed. */
  comment: string
  onClose: () => void
  /** The person has saved the private half and goes on with the public one. */
  onMade: (key: MadeKey) => void
}

/** Makes a key in this page. What is private about it goes into a file of the person, and nowhere else. */
export function GenerateDialog({ comment, onClose, onMade }: Props) {
  const { making, start } = useMaking()
  const { data: able } = useQuery({ queryKey: ['can-make-keys'], queryFn: ability, staleTime: Infinity })
  const made = making.state === 'made'
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<Text fw={600}>{made ? 'Save the private key' : 'Generate a key'}</Text>}
      // What was made is lost with the dialog: only a button leaves it.
      closeOnClickOutside={!made}
      closeOnEscape={!made}
      withCloseButton={!made}
    >
      {!able && <Loading />}
      {able && !able.able && (
        <Stack>
          <Notice tone="trouble" title={able.why}>
            {able.instead}
          </Notice>
          <KeyHelp />
        </Stack>
      )}
      {able?.able && making.state === 'asking' && (
        <WishForm comment={comment} failure={making.failure} onWish={start} onCancel={onClose} />
      )}
      {making.state === 'working' && <Working share={making.share} />}
      {making.state === 'made' && (
        <Made made={making.key} onClose={onClose} onDone={() => onMade(making.key)} />
      )}
    </Modal>
  )
}

function Working({ share }: { share: number }) {
  return (
    <Stack gap="xs" py="md" role="status">
      <Text>Making the key and locking it with the passphrase…</Text>
      <Progress value={10 + share * 90} animated aria-label="Progress" />
      <Text size="sm" c="dimmed">
        This is slow on purpose: it is what somebody has to repeat for each passphrase they try.
      </Text>
    </Stack>
  )
}
