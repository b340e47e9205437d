import { Select, Text } from '@mantine/core'
import { type TransportKind, transport } from '../../../server/contract/transports.ts'
import type { DeviceFormState } from './form-type.ts'
import { kindOf, localKinds, remoteKinds } from './kinds.ts'
import { withKind } from './values.ts'

/** Which transport. Those that reach into the gateway's own machine are offered to instance admins only. */
export function KindField({ form, admin }: { form: DeviceFormState; admin: boolean }) {
  const chosen = kindOf(form.values.transport.kind)
  const mayLocal = admin || localKinds.includes(chosen)
  const groups = [
    { group: 'Over the network', items: remoteKinds.map(entry) },
    ...(mayLocal ? [{ group: 'On the gateway’s machine', items: localKinds.map(entry) }] : []),
  ]
  const choose = (value: string | null) => {
    if (!isKind(value)) return
    form.setFieldValue('transport', withKind(form.values.transport, value))
    form.clearErrors()
  }
  return (
    <Select
      label="Transport"
      description={chosen.about}
      data={groups}
      value={chosen.kind}
      onChange={choose}
      allowDeselect={false}
      maxDropdownHeight={420}
      renderOption={({ option }) => (
        <span>
          <Text size="sm" fw={550}>
            {option.label}
          </Text>
          <Text size="xs" c="dimmed">
            {isKind(option.value) && kindOf(option.value).about}
          </Text>
        </span>
      )}
      error={form.errors['transport.kind'] ?? form.errors.transport}
    />
  )
}

const entry = ({ kind, label }: { kind: string; label: string }) => ({ value: kind, label })

function isKind(value: string | null): value is TransportKind {
  return transport.options.some((one) => one.shape.kind.value === value)
}
