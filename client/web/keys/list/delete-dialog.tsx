import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { PortalKey } from '../../../../server/contract/keys.ts'
import { call } from '../../api/call.ts'
import { toFailure } from '../../api/failure.ts'
import { keyPlacesQuery } from '../../api/keys.ts'
import { CopyBlock } from '../../parts/copy-block.tsx'
import { FailureNotice } from '../../parts/failure-notice.tsx'
import { Notice } from '../../parts/notice.tsx'
import { tellDone } from '../../parts/tell.ts'
import { pushTo } from '../../push/search.ts'
import { count } from '../../words/count.ts'
import { removeLine } from '../commands.ts'
import { Places } from './places.tsx'

interface Props {
  portalKey: PortalKey
  onClose: () => void
}

/** Asks what becomes of the servers that still have the key: to delete it here takes it from none of them. */
export function DeleteKeyDialog({ portalKey: key, onClose }: Props) {
  const queryClient = useQueryClient()
  const [leave, setLeave] = useState(false)
  const remove = useMutation({
    mutationFn: () =>
      call('deleteKey', { params: { id: key.id }, query: leave ? { leave: '1' as const } : {} }),
    onSuccess: () => {
      tellDone(`${key.label} is deleted`)
      void queryClient.invalidateQueries({ queryKey: ['keys'] })
      onClose()
    },
    // It may have been found somewhere since the list was loaded.
    onError: () => queryClient.invalidateQueries(keyPlacesQuery(key.id)),
  })
  const found = key.foundOn > 0 || (remove.error !== null && toFailure(remove.error).code === 'in-use')
  return (
    <Modal
      opened
      onClose={onClose}
      size={found ? 'lg' : 'md'}
      title={<Text fw={600}>Delete {key.label}?</Text>}
    >
      <Stack gap="md">
        {remove.error && <FailureNotice error={remove.error} title="The key was not deleted" />}
        <Text size="sm">
          It leaves the portal and is handed out no more. What was done with it stays in the audit.
        </Text>
        {found && (
          <>
            <Notice
              tone="trouble"
              title={`${count(key.foundOn, 'server')} still ${key.foundOn === 1 ? 'has' : 'have'} it`}
            >
              To delete it here takes it from none of them: whoever has its private half can go on logging in
              there.
            </Notice>
            <Places portalKey={key} />
            <TakeOff portalKey={key} />
            <Text size="sm">Or run this on each of them as root:</Text>
            <CopyBlock name="the command that removes the key" text={removeLine(key.line)} />
            <Checkbox
              label="Delete it here, and leave it on these servers"
              checked={leave}
              onChange={(event) => setLeave(event.currentTarget.checked)}
            />
          </>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            disabled={found && !leave}
            onClick={() => remove.mutate()}
          >
            Delete key
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function TakeOff({ portalKey: { id, sha256 } }: Pick<Props, 'portalKey'>) {
  const { data } = useQuery(keyPlacesQuery(id))
  const search = {
    act: 'remove',
    ...pushTo(data?.places.map(({ deviceId }) => deviceId) ?? [], [sha256]),
  } as const
  return (
    <div>
      <Button
        variant="default"
        disabled={!data}
        renderRoot={(props) => <Link to="/push" search={search} {...props} />}
      >
        Take it off these servers…
      </Button>
    </div>
  )
}
