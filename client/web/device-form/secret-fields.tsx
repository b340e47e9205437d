import { Anchor, PasswordInput, Text, Textarea } from '@mantine/core'
import { type DeviceSecretName, secretsUsed } from '../../../server/contract/transports.ts'
import type { DeviceFormState } from './form-type.ts'
import { leadsElsewhere } from './values.ts'

const words: Record<DeviceSecretName, { label: string; about: string }> = {
  password: { label: 'Password', about: '' },
  privateKey: { label: 'Private key', about: 'OpenSSH or PEM format, as in ~/.ssh/id_ed25519' },
  passphrase: { label: 'Passphrase of the key', about: '' },
}

/** Credentials go in and never come out: what is kept is only said to be kept. */
export function SecretFields({ form, kept }: { form: DeviceFormState; kept: readonly DeviceSecretName[] }) {
  return secretsUsed[form.values.transport.kind].map((name) => (
    <SecretField key={name} form={form} name={name} kept={kept.includes(name)} />
  ))
}

function SecretField({ form, name, kept }: { form: DeviceFormState; name: DeviceSecretName; kept: boolean }) {
  const forgotten = form.values.forget.includes(name)
  const { label, about } = words[name]
  const elsewhere = leadsElsewhere(form.getInitialValues().transport, form.values.transport)
  const common = {
    label,
    description: kept ? <Kept form={form} name={name} forgotten={forgotten} /> : about,
    placeholder: kept && !forgotten && !elsewhere ? 'Kept; leave empty to keep' : '',
    spellCheck: false,
    ...form.getInputProps(`secrets.${name}`),
  }
  if (name !== 'privateKey') return <PasswordInput autoComplete="new-password" {...common} />
  return (
    <Textarea
      autosize
      minRows={2}
      maxRows={8}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
      {...common}
    />
  )
}

function Kept({
  form,
  name,
  forgotten,
}: {
  form: DeviceFormState
  name: DeviceSecretName
  forgotten: boolean
}) {
  const toggle = () => {
    const others = form.values.forget.filter((one) => one !== name)
    form.setFieldValue('forget', forgotten ? others : [...others, name])
  }
  const elsewhere = leadsElsewhere(form.getInitialValues().transport, form.values.transport)
  const state = elsewhere
    ? 'The one kept was for another address or user, and is not sent there: enter it again. '
    : 'One is kept, sealed; nobody can read it back. '
  return (
    <Text span inherit {...(elsewhere && !forgotten ? { c: 'var(--app-trouble)' } : {})}>
      {forgotten ? 'Will be forgotten when you save. ' : state}
      <Anchor component="button" type="button" inherit onClick={toggle}>
        {forgotten ? 'Decline' : 'Forget it'}
      </Anchor>
    </Text>
  )
}
