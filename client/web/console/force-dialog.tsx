import { Modal, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { reason as reasonShape } from '../../../server/contract/common.ts'
import type { Viewer } from '../../../server/contract/console.ts'
import { limits } from '../../../server/contract/limits.ts'
import { check } from '../api/check.ts'
import { FormEnd } from '../parts/form-end.tsx'
import type { Live } from './use-console.ts'

/** Takes the write lock away from somebody, with a reason that everybody attached reads and the audit keeps. */
export function ForceDialog({
  writer,
  live,
  onClose,
}: {
  writer: Viewer
  live: Live | null
  onClose: () => void
}) {
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const checked = check(reasonShape, reason, ['reason'])
    if (!checked.ok) return setError(checked.errors.reason)
    live?.session.say({ type: 'force', reason: checked.request })
    onClose()
    live?.terminal.focus()
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Take the write lock from {writer.name}?</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">
            {writer.name} may be in the middle of something. Asking is kinder: without an answer the write
            lock passes by itself after {limits.autoGrantMs / 1000} seconds.
          </Text>
          <TextInput
            label="Reason"
            description="Everybody attached reads it, and the audit keeps it"
            data-autofocus
            maxLength={limits.reasonMaxLength}
            value={reason}
            error={error}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <FormEnd color="red" onClose={onClose}>
            Take over
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
