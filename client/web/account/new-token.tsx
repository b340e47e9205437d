import { Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { limits } from '../../../server/contract/limits.ts'
import { call } from '../api/call.ts'
import { tokensQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'

const lives = [
  { value: '1', label: 'A day' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '366', label: 'A year' },
]

interface Props {
  onClose: () => void
  onCreated: (created: { name: string; secret: string }) => void
}

export function NewTokenDialog({ onClose, onCreated }: Props) {
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const create = useMutation({
    mutationFn: () => call('createToken', { body: { name, expiresInDays: Number(days) } }),
    onSuccess: (created) => {
      queryClient.invalidateQueries(tokensQuery)
      onClose()
      onCreated(created)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>New API token</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {create.error && <FailureNotice error={create.error} title="No token was made" />}
          <TextInput
            label="Name"
            description="Where it will be used, so that you know which one to revoke"
            placeholder="laptop"
            data-autofocus
            required
            withAsterisk={false}
            maxLength={limits.nameMaxLength}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Works for"
            data={lives}
            value={days}
            allowDeselect={false}
            onChange={(value) => value && setDays(value)}
          />
          <FormEnd loading={create.isPending} disabled={name.trim() === ''} onClose={onClose}>
            Create token
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
