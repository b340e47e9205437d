import { Checkbox, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { type LoginCheckInput, loginCheckInput } from '../../../server/contract/jobs.ts'
import { call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { rootPasswordQuery } from '../api/root-password.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'

/** Asks with which password the gateway is to log in and out again. How it goes is shown where pastes and files are. */
export function CheckLoginDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const [user, setUser] = useState('root')
  const [password, setPassword] = useState('')
  const [kept, setKept] = useState(false)
  const { data: root } = useQuery(rootPasswordQuery(device.id))
  const mayUse = user === 'root' && root?.state === 'kept' && root.may.use
  const useKept = kept && mayUse
  const [errors, setErrors] = useState<Record<string, string>>({})
  const begin = useMutation({
    mutationFn: (body: LoginCheckInput) => call('checkLogin', { params: { id: device.id }, body }),
    onSuccess: onClose,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const checked = check(loginCheckInput, { user, password: useKept ? { from: 'vault' } : password })
    setErrors(checked.ok ? {} : checked.errors)
    if (checked.ok) begin.mutate(checked.request)
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Check a login</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            The gateway logs in at the login prompt of this console and out again, to see whether the password
            still opens it. It is typed once, where nothing is shown, and kept nowhere.
          </Text>
          <TextInput
            label="User"
            value={user}
            error={errors.user}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setUser(event.currentTarget.value)}
          />
          {mayUse && (
            <Checkbox
              label="Use the root password Lifeline keeps. It is not shown"
              checked={kept}
              onChange={(event) => setKept(event.currentTarget.checked)}
            />
          )}
          {!useKept && (
            <PasswordInput
              label="Password"
              value={password}
              error={errors.password}
              autoComplete="off"
              data-autofocus
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          )}
          {begin.error && <FailureNotice error={begin.error} title="The login was not checked" />}
          <FormEnd loading={begin.isPending} onClose={onClose}>
            Log in and out
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
