import { Button, Group, PasswordInput, Select, Stack } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import type { PowerControl, PowerView } from '../../../server/contract/power.ts'
import { type Body, call } from '../api/call.ts'
import { powerQuery } from '../api/power.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { fieldErrors } from '../parts/mistakes.ts'
import { tellDone, tellFailure } from '../parts/tell.ts'
import { ControlFields } from './control-fields.tsx'
import { byField, controlRequest, leadsElsewhere, type Values, valuesOf, withKind } from './values.ts'

const kinds = [
  { value: 'ipmi', label: 'IPMI', about: 'Nearly every server’s BMC has it.' },
  { value: 'redfish', label: 'Redfish', about: 'Newer BMCs, over TLS.' },
  {
    value: 'command',
    label: 'Programs of the gateway’s machine',
    about: 'One for each step: virsh, a switched socket, a cloud’s client.',
  },
] as const

interface Props {
  device: Device
  power: PowerView
  admin: boolean
}

/** How the machine is switched. */
export function ControlForm({ device, power: { control, passwordKept }, admin }: Props) {
  const form = useForm<Values>({ initialValues: valuesOf(control) })
  const { save, remove } = useChanges(device, form)
  const { kind } = form.values
  const offered = kinds.filter(({ value }) => admin || value !== 'command' || value === kind)
  const submit = form.onSubmit((values) => {
    const checked = controlRequest(values)
    form.setErrors(checked.ok ? {} : checked.errors)
    if (checked.ok) save.mutate(checked.request)
  })
  return (
    <form noValidate aria-label="Power control" onSubmit={submit}>
      <Stack gap="md">
        {' '}
        <Select
          label="Switched by"
          description={kinds.find(({ value }) => value === kind)?.about}
          data={offered.map(({ value, label }) => ({ value, label }))}
          allowDeselect={false}
          value={kind}
          onChange={(value) => {
            const chosen = kinds.find((one) => one.value === value)
            if (chosen) form.setValues(withKind(form.values, chosen.value))
          }}
        />
        <ControlFields form={form} />
        {kind !== 'command' && <Password form={form} before={control} kept={passwordKept} />}
        {save.error && <FailureNotice error={save.error} title="The power control was not saved" />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {control === null ? 'Set up' : 'Save changes'}
          </Button>
          {control !== null && (
            <Button variant="default" c="var(--app-danger)" loading={remove.pending} onClick={remove.ask}>
              Remove…
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}

type Form = UseFormReturnType<Values>

function Password({ form, before, kept }: { form: Form; before: PowerControl | null; kept: boolean }) {
  const elsewhere = leadsElsewhere(before, form.values)
  const words = elsewhere
    ? 'The one kept was for another address or user, and is not sent there: enter it again.'
    : 'One is kept, sealed; nobody can read it back.'
  return (
    <PasswordInput
      label="Password"
      autoComplete="new-password"
      description={kept ? words : 'Sealed at rest. It goes in here and never comes out again.'}
      placeholder={kept && !elsewhere ? 'Kept; leave empty to keep' : ''}
      {...form.getInputProps('password')}
    />
  )
}

function useChanges(device: Device, form: Form) {
  const { id, name } = device
  const queryClient = useQueryClient()
  const confirm = useConfirm()
  const { queryKey } = powerQuery(id)
  const save = useMutation({
    mutationFn: (body: Body<'setPowerControl'>) => call('setPowerControl', { params: { id }, body }),
    onSuccess: (view) => {
      queryClient.setQueryData(queryKey, view)
      form.setFieldValue('password', '')
      tellDone(`The power control of ${name} is saved`)
    },
    onError: (error) => form.setErrors(byField(fieldErrors(error))),
  })
  const remove = useMutation({
    mutationFn: () => call('removePowerControl', { params: { id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
    onError: (error) => tellFailure('The power control was not removed', error),
  })
  const ask = () =>
    confirm({
      title: `Remove the power control of ${name}?`,
      text: 'Nobody can switch the machine from here then. Its address, user name and password are forgotten; the machine itself is left as it is.',
      button: 'Remove power control',
      run: () => remove.mutate(),
    })
  return { save, remove: { pending: remove.isPending, ask } }
}
