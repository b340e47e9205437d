import { PasswordInput, Radio, Stack } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { sshPasswordRequest } from '../../../server/contract/ssh-password.ts'
import type { RootPassword } from '../../../server/contract/vault.ts'
import { type Body, call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { sshPasswordQuery } from '../api/root-password.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'
import { SshPortField } from '../parts/ssh-port-field.tsx'
import { HostKeyBox } from '../push/host-key-box.tsx'
import { NextPassword } from './next-password.tsx'

interface Props {
  device: Device
  root: RootPassword
  onClose: () => void
}

/** Orders a new root password over SSH. How it goes on is told by the page. */
export function SshOrder({ device: { id }, root, onClose }: Props) {
  const queryClient = useQueryClient()
  const { queryKey } = sshPasswordQuery(id)
  const { data: last } = useQuery(sshPasswordQuery(id))
  const offered = last?.cause?.code === 'host-key-unknown' ? last.cause.offered : undefined
  const mayUse = root.state === 'kept' && root.may.use
  const [from, setFrom] = useState('agent')
  const [password, setPassword] = useState('')
  const [next, setNext] = useState('')
  const [port, setPort] = useState<number | string>(22)
  const [accepted, setAccepted] = useState(false)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const begin = useMutation({
    mutationFn: (body: Body<'setRootPasswordOverSsh'>) =>
      call('setRootPasswordOverSsh', { params: { id }, body }),
    onSuccess: (change) => {
      queryClient.setQueryData(queryKey, change)
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const checked = check(sshPasswordRequest, {
      login: from === 'given' ? { from, password } : { from },
      next: next === '' ? undefined : next,
      port: Number(port) || 22,
      hostKey: accepted ? offered : undefined,
    })
    setErrors(checked.ok ? {} : checked.errors)
    if (checked.ok) begin.mutate(checked.request)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group label="What logs in as root" value={from} onChange={setFrom}>
          <Stack gap="xs" mt={6}>
            <Radio
              value="agent"
              label="A key of my ssh agent"
              description="You then run a command where it is; the key stays there"
            />
            {mayUse && <Radio value="vault" label="The root password that is kept here" />}
            <Radio value="given" label="The root password of now, which I know" />
          </Stack>
        </Radio.Group>
        {from === 'given' && (
          <PasswordInput
            label="Root password of now"
            autoComplete="off"
            value={password}
            error={errors['login.password']}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        <SshPortField value={port} onChange={setPort} />
        <NextPassword value={next} error={errors.next} onChange={setNext} />
        {offered && <HostKeyBox shownBy="It" offered={offered} checked={accepted} onChange={setAccepted} />}
        {begin.error && <FailureNotice error={begin.error} title="Nothing was begun" />}
        <FormEnd loading={begin.isPending} onClose={onClose}>
          Set it
        </FormEnd>
      </Stack>
    </form>
  )
}
