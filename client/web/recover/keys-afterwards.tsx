import { Stack, Switch } from '@mantine/core'
import type { Device } from '../../../server/contract/devices.ts'
import type { EffectiveKey } from '../../../server/contract/keys.ts'
import { SshPortField } from '../parts/ssh-port-field.tsx'
import { KeysField } from '../push/keys-field.tsx'

/** Which keys are pushed with the new password. */
export interface Afterwards {
  push: boolean
  keys: 'all' | string[]
  port: number | string
}

interface Props {
  device: Device
  /** That it hands out. */
  keys: EffectiveKey[]
  /** Not all of them are shown. */
  more: boolean
  value: Afterwards
  onChange: (value: Afterwards) => void
}

/** Keys that are put on the server once it is open again. */
export function KeysAfterwards({ device: { address }, keys, more, value, onChange }: Props) {
  const set = (changed: Partial<Afterwards>) => onChange({ ...value, ...changed })
  return (
    <Stack gap="sm">
      <Switch
        label="Push keys afterwards"
        description="With the new password, as Push keys to this server does"
        checked={value.push}
        onChange={(event) => set({ push: event.currentTarget.checked })}
      />
      {value.push && (
        <KeysField
          keys={keys}
          more={more}
          chosen={value.keys}
          error={undefined}
          onChange={(chosen) => set({ keys: chosen })}
        />
      )}
      {value.push && address !== null && (
        <SshPortField
          description="It is asked whether it takes them"
          value={value.port}
          onChange={(port) => set({ port })}
        />
      )}
    </Stack>
  )
}

/** What is sent of it. */
export function pushOf({ push, keys, port }: Afterwards) {
  if (!push || (keys !== 'all' && keys.length === 0)) return {}
  return { push: { ...(keys === 'all' ? {} : { keys }), port: Number(port) || 22 } }
}
