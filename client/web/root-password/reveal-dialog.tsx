import { Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'
import { type RevealedPassword, revealRequest } from '../../../server/contract/vault.ts'
import { type Body, call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'
import { tellDone } from '../parts/tell.ts'

/** Into sight, or into the clipboard alone. */
export type Reveal = 'show' | 'copy'

interface Props {
  device: Device
  how: Reveal
  onShow: (revealed: RevealedPassword) => void
  onClose: () => void
}

/** Asks why somebody needs it: the audit keeps that. */
export function RevealDialog({ device: { id, name }, how, onShow, onClose }: Props) {
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string>()
  const reveal = useMutation({
    mutationFn: async (body: Body<'revealRootPassword'>) => {
      if (how === 'copy' && navigator.clipboard === undefined) throw new Error(noClipboard)
      const revealed = await call('revealRootPassword', { params: { id }, body })
      if (how === 'show') onShow(revealed)
      else await copy(revealed)
    },
    onSuccess: () => {
      if (how === 'copy') tellDone('The root password is in the clipboard')
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const checked = check(revealRequest, { reason })
    setError(checked.ok ? undefined : checked.errors.reason)
    if (checked.ok) reveal.mutate(checked.request)
  }
  const verb = how === 'show' ? 'Show' : 'Copy'
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>{`${verb} the root password of ${name}`}</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="Reason"
            description="The audit keeps it, with your name"
            data-autofocus
            maxLength={limits.reasonMaxLength}
            value={reason}
            error={error}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {reveal.error && <FailureNotice error={reveal.error} title="The password was not given" />}
          <FormEnd loading={reveal.isPending} onClose={onClose}>
            {verb}
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}

/** Browsers give one to pages of secure origins only. Said before anything is asked for. */
const noClipboard =
  'The browser gives no clipboard to a page over plain http. Show the password instead, or open the gateway over https.'

async function copy({ password }: RevealedPassword): Promise<void> {
  await navigator.clipboard.writeText(password).catch((cause: unknown) => {
    throw new Error('The browser did not take it into the clipboard. Allow it there, or show it instead.', {
      cause,
    })
  })
}
