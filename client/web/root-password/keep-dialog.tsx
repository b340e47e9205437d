import { Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { keepPassword } from '../../../server/contract/vault.ts'
import { type Body, call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { rootPasswordQuery } from '../api/root-password.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'

export function KeepDialog({ device: { id, name }, onClose }: { device: Device; onClose: () => void }) {
  const queryClient = useQueryClient()
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string>()
  const keep = useMutation({
    mutationFn: (body: Body<'keepRootPassword'>) => call('keepRootPassword', { params: { id }, body }),
    onSuccess: (root) => {
      queryClient.setQueryData(rootPasswordQuery(id).queryKey, root)
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const checked = check(keepPassword, { password })
    setError(checked.ok ? undefined : checked.errors.password)
    if (checked.ok) keep.mutate(checked.request)
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Keep the root password of {name}</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">
            It is sealed, and can be shown for a day to who may. One that is kept already is destroyed.
            Nothing is changed on the server.
          </Text>
          <PasswordInput
            label="Root password"
            autoComplete="off"
            data-autofocus
            value={password}
            error={error}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {keep.error && <FailureNotice error={keep.error} title="The password was not kept" />}
          <FormEnd loading={keep.isPending} onClose={onClose}>
            Keep it
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
