import { Button, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Push, PushedKey, PushInput } from '../../../server/contract/pushes.ts'
import { call } from '../api/call.ts'
import { deviceQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'
import { PasswordField } from './password-field.tsx'
import { useRoot } from './use-root.ts'
import { firstValues, type PushValues, requestOf } from './values.ts'

interface Props {
  push: Push
  device: Push['devices'][number]
  pushed: PushedKey
}

const restricted: readonly PushedKey['result'][] = ['restricted', 'ineffective', 'is-ca']

/** Offers to let a key in without the restrictions that it stands with, to who may push there. */
export function Widen({ push, device, pushed }: Props) {
  const [open, setOpen] = useState(false)
  const { data: whole } = useQuery(deviceQuery(device.deviceId))
  if (push.act !== 'add' || push.endedAt === null || !restricted.includes(pushed.result)) return null
  if (whole?.may.write !== true) return null
  return (
    <>
      <Button mt={4} size="compact-sm" variant="default" onClick={() => setOpen(true)}>
        Add it without restrictions too…
      </Button>
      {open && <WidenDialog push={push} device={device} pushed={pushed} onClose={() => setOpen(false)} />}
    </>
  )
}

/** Shows what is widened, and asks for the server's name: it opens what somebody has closed. */
function WidenDialog({ push, device, pushed, onClose }: Props & { onClose: () => void }) {
  const navigate = useNavigate()
  const { account, login, sudo, way, port } = push
  const [values, setValues] = useState<PushValues>({ ...firstValues, account, login, sudo, way, port })
  const [name, setName] = useState('')
  const [errors, setErrors] = useState<Record<string, string>>({})
  const root = useRoot([device])
  const widen = useMutation({
    mutationFn: (body: PushInput) => call('orderPush', { body }),
    onSuccess: ({ id }) => {
      onClose()
      void navigate({ to: '/pushes/$id', params: { id } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const only = { ...values, keys: [pushed.sha256], widen: [pushed.sha256] }
    const checked = requestOf(only, { act: 'add', dryRun: false, devices: [device.deviceId] })
    setErrors(checked.ok ? {} : checked.errors)
    if (checked.ok) widen.mutate(checked.request)
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Let this key in without restrictions</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Line pushed={pushed} />
          <TextInput
            label={`Type ${device.name} to go on`}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordField
            from={values.from}
            password={values.password}
            keep={values.keep}
            user={login}
            vault={login === 'root' && root.vault}
            mayKeep={login === 'root' && root.mayKeep}
            several={false}
            error={errors['password.password'] ?? errors.agent}
            onChange={(given) => setValues((before) => ({ ...before, ...given }))}
          />
          {widen.error && <FailureNotice error={widen.error} title="It was not begun" />}
          <FormEnd color="red" disabled={name !== device.name} loading={widen.isPending} onClose={onClose}>
            Add it without restrictions
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}

function Line({ pushed: { comment, line, sha256 } }: Pick<Props, 'pushed'>) {
  return (
    <Text size="sm" component="div">
      <code>{comment === '' ? sha256 : comment}</code> stands in {line?.path}, line {line?.number}
      {line?.options != null && (
        <>
          , as <code>{line.options}</code>
        </>
      )}
      . Somebody meant something by that. A plain line is added; a line with options that would go before it
      is taken out. Then whoever has the key may do everything the account may, from anywhere.
    </Text>
  )
}
