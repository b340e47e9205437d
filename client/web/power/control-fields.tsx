import { Group, NumberInput, Select, SimpleGrid, Switch, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { type PowerStep, powerSteps } from '../../../server/contract/power.ts'
import type { Values } from './values.ts'

type Fields = (props: { form: UseFormReturnType<Values> }) => React.ReactNode

/** The fields of the chosen kind. */
export const ControlFields: Fields = ({ form }) => {
  const Chosen = fieldsOf[form.values.kind]
  return <Chosen form={form} />
}

const Address: Fields = ({ form }) => (
  <>
    <Group align="flex-start" gap="sm" wrap="nowrap">
      <TextInput
        flex={1}
        label="Host"
        placeholder="bmc7.example.net"
        description="The BMC’s name or address, without port"
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('host')}
      />
      <NumberInput
        w={112}
        label="Port"
        min={1}
        max={65535}
        allowDecimal={false}
        hideControls
        {...form.getInputProps('port')}
      />
    </Group>
    <TextInput
      label="User name"
      description="The account of the BMC, not yours"
      spellCheck={false}
      autoComplete="off"
      {...form.getInputProps('username')}
    />
  </>
)

const Ipmi: Fields = ({ form }) => (
  <>
    <Address form={form} />
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <Select
        label="Privilege"
        data={[
          { value: 'operator', label: 'Operator' },
          { value: 'administrator', label: 'Administrator' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('privilege')}
      />
      <Select
        label="Cipher suite"
        data={[
          { value: '17', label: '17: SHA-256 with AES-128' },
          { value: '3', label: '3: SHA-1 with AES-128, for older BMCs' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('cipherSuite')}
      />
    </SimpleGrid>
    <Switch
      label="The machine boots by UEFI"
      description="Said with each “boot once”"
      {...form.getInputProps('efi', { type: 'checkbox' })}
    />
  </>
)

const Redfish: Fields = ({ form }) => (
  <>
    <Address form={form} />
    <TextInput
      label="Computer system"
      description="Its Id, where the service has several"
      spellCheck={false}
      autoComplete="off"
      {...form.getInputProps('system')}
    />
    <TextInput
      label="Certificate"
      description="SHA-256 fingerprint. Left empty, you are asked to compare the one that the BMC shows."
      placeholder="SHA256:…"
      spellCheck={false}
      autoComplete="off"
      {...form.getInputProps('certificate')}
    />
  </>
)

const stepLabels: Record<PowerStep, string> = {
  on: 'Turn on',
  shutdown: 'Ask to shut down',
  off: 'Cut the power',
  cycle: 'Power cycle',
  reset: 'Reset',
  nmi: 'NMI',
  'boot-disk': 'Boot once from disk',
  'boot-pxe': 'Boot once from the network',
  'boot-setup': 'Boot once into setup',
}

const Command: Fields = ({ form }) => (
  <>
    <Argv
      label="Status"
      description="Prints on, running, up, off, shut off, down… Program and arguments one in each line; no shell looks at them. Never put a password here: every user of the gateway’s machine can see it."
      {...form.getInputProps('status')}
    />
    {powerSteps.map((step) => (
      <Argv key={step} label={stepLabels[step]} {...form.getInputProps(`steps.${step}`)} />
    ))}
  </>
)

function Argv(props: { label: string; description?: string }) {
  return (
    <Textarea
      autosize
      minRows={1}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      {...props}
    />
  )
}

const fieldsOf: Record<Values['kind'], Fields> = { ipmi: Ipmi, redfish: Redfish, command: Command }
