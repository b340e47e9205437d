import { Button, Checkbox, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { Push, PushInput } from '../../../server/contract/pushes.ts'
import { call } from '../api/call.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Section } from '../parts/section.tsx'
import { SshPortField } from '../parts/ssh-port-field.tsx'
import { PasswordField } from './password-field.tsx'
import { firstValues, type PushValues, requestOf } from './values.ts'

interface Props {
  act: Push['act']
  devices: string[]
  /** What is chosen already. */
  keys?: string[]
  /** Root's password is in the vault, and the person may have it used. */
  vault: boolean
  /** The person may have root's password kept there, on each of the devices. */
  mayKeep: boolean
  /** Somebody is logged in on the console: a session that could be used. */
  session: boolean
  /** The part about the keys. */
  children?: (field: {
    keys: PushValues['keys']
    error: string | undefined
    onKeys: (keys: PushValues['keys']) => void
  }) => ReactNode
}

const words: Record<Push['act'], { keys: string; account: string; button: string }> = {
  add: {
    keys: 'Those that are ticked are added. No key is taken away.',
    account: 'Put them there for',
    button: 'Push keys',
  },
  remove: {
    keys: 'Its lines are taken out of the file, and nothing else.',
    account: 'Take it away from',
    button: 'Take key away',
  },
  read: { keys: '', account: 'Keys of', button: 'Read keys' },
}

const ways = [
  { value: 'auto', label: 'Choose for me' },
  { value: 'ssh', label: 'SSH' },
  { value: 'console', label: 'Console' },
]

const wayWords: Record<PushValues['way'], string> = {
  auto: 'SSH where the server has an address, a known host key and a password or your agent; else the console.',
  ssh: 'The gateway logs in at the server’s address. Nobody at the console notices.',
  console: 'The gateway takes the write lock, logs in and types. Everybody attached sees it and may stop it.',
}

/** Begins a push, and leads to where it is seen at work. */
export function PushForm({ act, devices, keys, vault, mayKeep, session, children }: Props) {
  const navigate = useNavigate()
  const [values, setValues] = useState<PushValues>({ ...firstValues, keys: keys ?? 'all' })
  const [errors, setErrors] = useState<Record<string, string>>({})
  const set = (changed: Partial<PushValues>) => setValues((before) => ({ ...before, ...changed }))
  const begin = useMutation({
    mutationFn: (body: PushInput) => call('orderPush', { body }),
    onSuccess: ({ id }) => navigate({ to: '/pushes/$id', params: { id } }),
  })
  const order = (dryRun: boolean) => {
    const checked = requestOf(values, { act, dryRun, devices })
    setErrors(checked.ok ? {} : checked.errors)
    if (checked.ok) begin.mutate(checked.request)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    order(false)
  }
  return (
    <form onSubmit={submit}>
      {children && (
        <Section title="Keys" description={words[act].keys}>
          {children({ keys: values.keys, error: errors.keys, onKeys: (chosen) => set({ keys: chosen }) })}
          {act === 'remove' && <RemovalFields values={values} onChange={set} />}
        </Section>
      )}
      <Account
        act={act}
        values={values}
        errors={errors}
        vault={vault}
        mayKeep={mayKeep}
        several={devices.length > 1}
        onChange={set}
      />
      <Way values={values} errors={errors} session={session} onChange={set} />
      <Section>
        <Stack gap="md">
          {begin.error && <FailureNotice error={begin.error} title="It was not begun" />}
          <Group gap="sm">
            <Button type="submit" loading={begin.isPending}>
              {act === 'remove' && keys && keys.length > 1 ? 'Take keys away' : words[act].button}
            </Button>
            {act !== 'read' && (
              <Button variant="default" disabled={begin.isPending} onClick={() => order(true)}>
                Show what it would do
              </Button>
            )}
          </Group>
        </Stack>
      </Section>
    </form>
  )
}

interface PartProps {
  values: PushValues
  errors: Record<string, string>
  onChange: (changed: Partial<PushValues>) => void
}

function Account({
  act,
  values,
  errors,
  vault,
  mayKeep,
  several,
  onChange,
}: PartProps & Pick<Props, 'act' | 'vault' | 'mayKeep'> & { several: boolean }) {
  const user = values.login.trim() || values.account.trim() || 'root'
  return (
    <Section title="Account" description="Whose authorized_keys it is, and who logs in there.">
      <Stack gap="sm">
        <TextInput
          label={words[act].account}
          value={values.account}
          error={errors.account}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ account: event.currentTarget.value })}
        />
        <TextInput
          label="Log in as"
          description="The account itself, root, or one that becomes root by sudo"
          placeholder={values.account}
          value={values.login}
          error={errors.login}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ login: event.currentTarget.value })}
        />
        {user !== 'root' && (
          <Checkbox
            label={`${user} becomes root by sudo, without a password`}
            description="For a login with NOPASSWD in sudoers. No password is ever typed for sudo."
            checked={values.sudo}
            error={errors.sudo}
            onChange={(event) => onChange({ sudo: event.currentTarget.checked })}
          />
        )}
        <PasswordField
          from={values.from}
          password={values.password}
          keep={values.keep}
          user={user}
          vault={vault && user === 'root'}
          mayKeep={mayKeep && user === 'root'}
          several={several}
          error={errors['password.password'] ?? errors.password ?? errors.agent}
          onChange={onChange}
        />
      </Stack>
    </Section>
  )
}

function Way({ values, errors, session, onChange }: PartProps & Pick<Props, 'session'>) {
  return (
    <Section title="Way" description="How the gateway gets to the server.">
      <Stack gap="sm">
        <SegmentedControl
          aria-label="Way"
          data={ways}
          value={values.way}
          onChange={(way) => onChange({ way: way as PushValues['way'] })}
        />
        <Text size="sm" c="dimmed">
          {wayWords[values.way]}
        </Text>
        {values.way !== 'console' && (
          <SshPortField value={values.port} error={errors.port} onChange={(port) => onChange({ port })} />
        )}
        {values.way !== 'ssh' && (
          <Checkbox
            label="If somebody is logged in on the console, use their session and leave it open"
            description={session ? 'Somebody is logged in there now.' : undefined}
            checked={values.useSession}
            onChange={(event) => onChange({ useSession: event.currentTarget.checked })}
          />
        )}
      </Stack>
    </Section>
  )
}

function RemovalFields({ values: { withOptions, allowLast }, onChange }: Omit<PartProps, 'errors'>) {
  return (
    <Stack gap={8}>
      <Checkbox
        label="Also lines that restrict the key (from=, command=, an expiry)"
        checked={withOptions}
        onChange={(event) => onChange({ withOptions: event.currentTarget.checked })}
      />
      <Checkbox
        label="Also when no key is left then that lets anybody in"
        checked={allowLast}
        onChange={(event) => onChange({ allowLast: event.currentTarget.checked })}
      />
    </Stack>
  )
}
