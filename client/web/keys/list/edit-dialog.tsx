import { Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { PortalKey } from '../../../../server/contract/keys.ts'
import { limits } from '../../../../server/contract/limits.ts'
import { call } from '../../api/call.ts'
import { FailureNotice } from '../../parts/failure-notice.tsx'
import { FormEnd } from '../../parts/form-end.tsx'
import { dateOnly } from '../../words/time.ts'
import { endOfDay } from '../add/expiry.ts'
import { ExpiryField } from '../add/expiry-field.tsx'

/** Another label, another end. What was done with the key stays with it. */
export function EditKeyDialog({ portalKey: key, onClose }: { portalKey: PortalKey; onClose: () => void }) {
  const queryClient = useQueryClient()
  const before = key.expiresAt === null ? '' : dateOnly(key.expiresAt)
  const [label, setLabel] = useState(key.label)
  const [date, setDate] = useState(before)
  const save = useMutation({
    mutationFn: () =>
      call('editKey', {
        params: { id: key.id },
        body: { label, ...(date === before ? {} : { expiresAt: endOfDay(date) ?? null }) },
      }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['keys'] })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Change {key.label}</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {save.error && <FailureNotice error={save.error} title="The key was not changed" />}
          <TextInput
            label="Label"
            data-autofocus
            required
            withAsterisk={false}
            maxLength={limits.nameMaxLength}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <ExpiryField date={date} onDate={setDate} />
          <FormEnd loading={save.isPending} disabled={label.trim() === ''} onClose={onClose}>
            Save
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
