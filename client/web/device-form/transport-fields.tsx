import { Group, NumberInput, Select, SimpleGrid, Switch, Textarea, TextInput } from '@mantine/core'
import type { TransportKind } from '../../../server/contract/transports.ts'
import type { DeviceFormState } from './form-type.ts'
import { cipherLabels, options, presetLabels, privilegeLabels, sceneLabels, staleLabels } from './kinds.ts'
import { FlowField, SerialFields } from './serial-fields.tsx'

/** The fields of the chosen kind of transport. */
export function TransportFields({ form }: { form: DeviceFormState }) {
  const Fields = fieldsOf[form.values.transport.kind]
  return <Fields form={form} />
}

type Fields = (props: { form: DeviceFormState }) => React.ReactNode

function Address({ form, port }: { form: DeviceFormState; port: string }) {
  return (
    <Group align="flex-start" gap="sm" wrap="nowrap">
      <TextInput
        flex={1}
        label="Host"
        placeholder="bmc7.example.net"
        description="Name or address, without port"
        className="mono-input"
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('transport.host')}
      />
      <NumberInput
        w={112}
        label="Port"
        placeholder={port}
        min={1}
        max={65535}
        allowDecimal={false}
        hideControls
        {...form.getInputProps('transport.port')}
      />
    </Group>
  )
}

function Username({ form }: { form: DeviceFormState }) {
  return (
    <TextInput
      label="User name"
      description="The account at the far end, not yours"
      spellCheck={false}
      autoComplete="off"
      {...form.getInputProps('transport.username')}
    />
  )
}

const ssh: Fields = ({ form }) => (
  <>
    <Address form={form} port="22" />
    <Username form={form} />
    <Select
      label="After login"
      description="What is typed to get from the BMC’s own prompt to the console"
      data={options(presetLabels)}
      allowDeselect={false}
      {...form.getInputProps('transport.preset')}
    />
    <TextInput
      label="Start command"
      description="Instead of the one that the choice above stands for"
      placeholder="None of your own"
      spellCheck={false}
      autoComplete="off"
      {...form.getInputProps('transport.startCommand')}
    />
    <TextInput
      label="Host key"
      description="Fingerprint as ssh-keygen -l prints it. Left empty, you are asked to compare the one that the far end shows."
      placeholder="SHA256:…"
      spellCheck={false}
      autoComplete="off"
      {...form.getInputProps('transport.hostKey')}
    />
    <Switch
      label="Allow old algorithms"
      description="SHA-1 and CBC, for BMCs that know nothing newer. Weak: only within a management network."
      {...form.getInputProps('transport.legacyAlgorithms', { type: 'checkbox' })}
    />
  </>
)

const ipmiSol: Fields = ({ form }) => (
  <>
    <Address form={form} port="623" />
    <Username form={form} />
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <Select
        label="Privilege"
        data={options(privilegeLabels)}
        allowDeselect={false}
        {...form.getInputProps('transport.privilege')}
      />
      <Select
        label="Cipher suite"
        data={options(cipherLabels)}
        allowDeselect={false}
        {...form.getInputProps('transport.cipherSuite')}
      />
    </SimpleGrid>
    <Select
      label="End another session that holds the line"
      description="A BMC gives its serial line to one session at a time, and may keep one that has died for a minute"
      data={options(staleLabels)}
      allowDeselect={false}
      {...form.getInputProps('transport.staleSession')}
    />
  </>
)

const telnet: Fields = ({ form }) => (
  <>
    <Address form={form} port="23" />
    <Switch
      label="Set speed and format of the line"
      description="Through RFC 2217, where the far end offers it. Otherwise the line stays as the terminal server has it."
      {...form.getInputProps('transport.setSerial', { type: 'checkbox' })}
    />
    {form.values.transport.setSerial && (
      <>
        <SerialFields form={form} at="transport.serial" />
        <Group>
          <Switch label="DTR on" {...form.getInputProps('transport.dtr', { type: 'checkbox' })} />
          <Switch label="RTS on" {...form.getInputProps('transport.rts', { type: 'checkbox' })} />
        </Group>
      </>
    )}
  </>
)

const tty: Fields = ({ form }) => (
  <>
    <TextInput
      label="Serial port"
      description="On the gateway’s machine. A name under /dev/serial/by-id stays the same when it is plugged in anew."
      placeholder="/dev/serial/by-id/usb-FTDI_…"
      spellCheck={false}
      {...form.getInputProps('transport.path')}
    />
    <SerialFields form={form} at="transport" />
    <FlowField form={form} />
  </>
)

const unix: Fields = ({ form }) => (
  <TextInput
    label="Socket"
    description="Path on the gateway’s machine"
    placeholder="/run/qemu/vm7.console"
    spellCheck={false}
    {...form.getInputProps('transport.path')}
  />
)

const command: Fields = ({ form }) => (
  <Textarea
    label="Program and arguments"
    description="One in each line; each arrives as it is, and no shell looks at it. Never put a password here: every user of the gateway’s machine can see it."
    placeholder={'/usr/bin/socat\n-,raw,echo=0\nvsock-connect:3:1234'}
    autosize
    minRows={3}
    styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    spellCheck={false}
    {...form.getInputProps('transport.argv')}
  />
)

const demo: Fields = ({ form }) => (
  <Select
    label="Scene"
    data={options(sceneLabels)}
    allowDeselect={false}
    {...form.getInputProps('transport.scene')}
  />
)

const fieldsOf: Record<TransportKind, Fields> = {
  ssh,
  'ipmi-sol': ipmiSol,
  telnet,
  tcp: ({ form }) => <Address form={form} port="7000" />,
  unix,
  tty,
  command,
  demo,
}
