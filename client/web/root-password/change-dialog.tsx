import { Button, Group, Modal, PasswordInput, Radio, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { changePassword, type RootPassword } from '../../../server/contract/vault.ts'
import { type Body, call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { jobQuery } from '../api/jobs.ts'
import { rootPasswordQuery } from '../api/root-password.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'
import { Notice } from '../parts/notice.tsx'
import { NextPassword } from './next-password.tsx'
import { SshOrder } from './ssh-order.tsx'
import { sessionWords } from './words.ts'

interface Props {
  device: Device
  root: RootPassword
  onClose: () => void
}

/** A new root password, set on the device over its console, where all watch what is typed, or over SSH. */
export function ChangeDialog({ device, root, onClose }: Props) {
  const { id, name } = device
  const queryClient = useQueryClient()
  const begin = useMutation({
    mutationFn: (body: Body<'changeRootPassword'>) => call('changeRootPassword', { params: { id }, body }),
    onSuccess: (job) => queryClient.setQueryData(jobQuery(id).queryKey, job),
  })
  const [way, setWay] = useState('console')
  const close = () => {
    void queryClient.invalidateQueries(rootPasswordQuery(id))
    onClose()
  }
  return (
    <Modal opened onClose={close} title={<Text fw={600}>Set a new root password on {name}</Text>}>
      {begin.data ? (
        <Progress device={device} jobId={begin.data.id} onClose={close} />
      ) : (
        <Stack gap="md">
          <Radio.Group label="Which way" value={way} onChange={setWay}>
            <Stack gap="xs" mt={6}>
              <Radio value="console" label="Over its console" />
              <Radio
                value="ssh"
                label="Over SSH, where root can still log in"
                disabled={device.address === null}
                description={device.address === null ? 'It has no address here' : undefined}
              />
            </Stack>
          </Radio.Group>
          {way === 'console' && (
            <Order root={root} login={device.console.login} begin={begin} onClose={close} />
          )}
          {way === 'ssh' && <SshOrder device={device} root={root} onClose={close} />}
        </Stack>
      )}
    </Modal>
  )
}

interface OrderProps {
  root: RootPassword
  login: Device['console']['login']
  begin: { isPending: boolean; error: Error | null; mutate(body: Body<'changeRootPassword'>): void }
  onClose: () => void
}

function Order({ root, login, begin, onClose }: OrderProps) {
  const mayUse = root.state === 'kept' && root.may.use
  const [from, setFrom] = useState(mayUse ? 'vault' : 'given')
  const [password, setPassword] = useState('')
  const [next, setNext] = useState('')
  const [errors, setErrors] = useState<Record<string, string>>({})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const current = from === 'given' ? { from, password } : { from }
    const checked = check(changePassword, { current, next: next === '' ? undefined : next })
    setErrors(checked.ok ? {} : checked.errors)
    if (checked.ok) begin.mutate(checked.request)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group label="How the gateway gets in" value={from} onChange={setFrom}>
          <Stack gap="xs" mt={6}>
            {mayUse && <Radio value="vault" label="With the root password that is kept here" />}
            <Radio value="given" label="With the root password of now, which I know" />
            <Radio
              value="session"
              label="By root’s session that is open on the console"
              description={sessionWords(login)}
            />
          </Stack>
        </Radio.Group>
        {from === 'given' && (
          <PasswordInput
            label="Root password of now"
            autoComplete="off"
            data-autofocus
            value={password}
            error={errors['current.password']}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        <NextPassword value={next} error={errors.next} onChange={setNext} />
        {begin.error && <FailureNotice error={begin.error} title="Nothing was begun" />}
        <FormEnd loading={begin.isPending} onClose={onClose}>
          Set it
        </FormEnd>
      </Stack>
    </form>
  )
}

interface ProgressProps {
  device: Device
  jobId: string
  onClose: () => void
}

function Progress({ device: { id }, jobId, onClose }: ProgressProps) {
  const { data: job } = useQuery(jobQuery(id))
  const ours = job?.id === jobId ? job : undefined
  const running = ours?.state === 'running'
  const tone = ours?.state === 'done' ? 'good' : 'trouble'
  return (
    <Stack gap="md">
      <div role="status">
        {running ? (
          <Text size="sm">{ours.message}</Text>
        ) : (
          <Notice tone={tone} title={ours?.state === 'done' ? 'It is set' : 'It did not come to its end'}>
            {ours?.message ?? 'Something else was begun on the console since. The audit says how this ended.'}
          </Notice>
        )}
      </div>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {running ? 'Close; it goes on' : 'Close'}
        </Button>
      </Group>
    </Stack>
  )
}
