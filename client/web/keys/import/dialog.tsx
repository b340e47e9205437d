import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { ImportPreview } from '../../../../server/contract/keys.ts'
import { call } from '../../api/call.ts'
import type { KeyOwner } from '../../api/keys.ts'
import { FailureNotice } from '../../parts/failure-notice.tsx'
import { Notice } from '../../parts/notice.tsx'
import { tellDone } from '../../parts/tell.ts'
import { count } from '../../words/count.ts'
import { useAdding } from '../add/use-adding.ts'
import { Preview, type PreviewedKey } from './preview.tsx'

interface Props {
  owner: KeyOwner
  onClose: () => void
}

/** Fetches somebody's public keys from where they publish them. Which of them are taken is a person's choice. */
export function ImportDialog({ owner, onClose }: Props) {
  const [url, setUrl] = useState('')
  const look = useMutation({
    mutationFn: () =>
      call('previewImport', {
        body: { url: url.trim(), ...(owner.kind === 'project' ? { projectId: owner.id } : {}) },
      }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    look.mutate()
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={600}>Import keys from an address</Text>}>
      <Stack gap="md">
        <form onSubmit={submit}>
          <Group gap="sm" align="flex-end">
            <TextInput
              flex="1 1 260px"
              label="Address"
              placeholder="https://github.com/USER.keys"
              data-autofocus
              type="url"
              autoComplete="off"
              maxLength={500}
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={look.isPending} disabled={url.trim() === ''}>
              Show keys
            </Button>
          </Group>
          <Text size="sm" c="dimmed" mt={6}>
            GitHub, GitLab, Codeberg and others publish everybody’s public keys at an address like this. It is
            asked once, now; keys that change there later do not change here.
          </Text>
        </form>
        {look.error && <FailureNotice error={look.error} title="No keys could be fetched" />}
        {look.data && <Choose key={look.data.url} owner={owner} preview={look.data} onClose={onClose} />}
      </Stack>
    </Modal>
  )
}

function Choose({
  owner,
  preview,
  onClose,
}: {
  owner: KeyOwner
  preview: ImportPreview
  onClose: () => void
}) {
  const fresh = preview.found.filter(isKey).filter(({ existed }) => !existed)
  const [chosen, setChosen] = useState(fresh.map(({ sha256 }) => sha256))
  const [trusted, setTrusted] = useState(false)
  const { outcomes, busy, addAll } = useAdding(owner)
  const wanted = fresh.filter(({ sha256 }) => chosen.includes(sha256))
  const add = async () => {
    const whole = await addAll(wanted.map(({ sha256, line }) => ({ sha256, body: { text: line } })))
    if (!whole) return
    tellDone(wanted.length === 1 ? 'The key is added' : `${count(wanted.length, 'key')} are added`)
    onClose()
  }
  if (preview.found.length === 0) return <Text c="dimmed">There are no keys at this address.</Text>
  return (
    <>
      <Preview found={preview.found} outcomes={outcomes} chosen={chosen} onChosen={setChosen} />
      {preview.cut && (
        <Text size="sm" c="dimmed">
          There were more lines than one import takes; the rest was not read.
        </Text>
      )}
      {fresh.length > 0 && (
        <>
          <Notice tone="trouble" title="Whose keys are these?">
            Whoever controls this account gets root on the servers these keys are handed out on. An account
            name is easily mistyped, and can be taken by somebody else. Compare the fingerprints with their
            owner.
          </Notice>
          <Checkbox
            label="I know whose account this is, and the keys are theirs"
            checked={trusted}
            onChange={(event) => setTrusted(event.currentTarget.checked)}
          />
        </>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {fresh.length === 0 ? 'Close' : 'Cancel'}
        </Button>
        {fresh.length > 0 && (
          <Button loading={busy} disabled={!trusted || wanted.length === 0} onClick={() => void add()}>
            {`Add ${count(wanted.length, 'key')}`}
          </Button>
        )}
      </Group>
    </>
  )
}

function isKey(found: ImportPreview['found'][number]): found is PreviewedKey {
  return found.ok
}
