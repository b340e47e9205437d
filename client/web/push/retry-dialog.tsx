import { Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { type Push, pushRetry } from '../../../server/contract/pushes.ts'
import { type Body, call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'
import { HostKeyBox } from './host-key-box.tsx'
import { PasswordField } from './password-field.tsx'
import { useRoot } from './use-root.ts'
import { credentialOf, firstValues } from './values.ts'

/** A new push to those devices where this one did not succeed. Its password was not kept. */
export function RetryDialog({ push: { id, login, devices }, onClose }: { push: Push; onClose: () => void }) {
  const navigate = useNavigate()
  const [{ from, password, keep }, setGiven] = useState(firstValues)
  const left = devices.filter(({ state }) => state !== 'done')
  const root = useRoot(left)
  const [accepted, setAccepted] = useState<Record<string, string>>({})
  const [errors, setErrors] = useState<Record<string, string>>({})
  const retry = useMutation({
    mutationFn: (body: Body<'retryPush'>) => call('retryPush', { params: { id }, body }),
    onSuccess: (again) => {
      onClose()
      void navigate({ to: '/pushes/$id', params: { id: again.id } })
    },
  })
  const strangers = devices.flatMap(({ deviceId, name, cause }) =>
    cause?.code === 'host-key-unknown' && cause.offered ? [{ deviceId, name, offered: cause.offered }] : [],
  )
  const accept = (deviceId: string, offered: string | null) =>
    setAccepted(({ [deviceId]: _, ...others }) =>
      offered === null ? others : { ...others, [deviceId]: offered },
    )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const checked = check(pushRetry, { ...credentialOf({ from, password, keep }), hostKeys: accepted })
    setErrors(checked.ok ? {} : checked.errors)
    if (checked.ok) retry.mutate(checked.request)
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Try again</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">
            Where it did not succeed it is begun once more. What is there already is left alone.
          </Text>
          <PasswordField
            from={from}
            password={password}
            keep={keep}
            user={login}
            vault={login === 'root' && root.vault}
            mayKeep={login === 'root' && root.mayKeep}
            several={left.length > 1}
            error={errors['password.password']}
            onChange={(given) => setGiven((before) => ({ ...before, ...given }))}
          />
          {strangers.map(({ deviceId, name, offered }) => (
            <HostKeyBox
              key={deviceId}
              shownBy={name}
              offered={offered}
              checked={deviceId in accepted}
              onChange={(checked) => accept(deviceId, checked ? offered : null)}
            />
          ))}
          {retry.error && <FailureNotice error={retry.error} title="It was not begun" />}
          <FormEnd loading={retry.isPending} onClose={onClose}>
            Try again
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
