import { Button, Group, NumberInput, Select, SimpleGrid, Switch, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link } from '@tanstack/react-router'
import type { Project } from '../../../server/contract/access.ts'
import { limits } from '../../../server/contract/limits.ts'
import { type DeviceSecretName, secretsUsed } from '../../../server/contract/transports.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Section } from '../parts/section.tsx'
import type { DeviceFormState } from './form-type.ts'
import { KindField } from './kind-field.tsx'
import { SecretFields } from './secret-fields.tsx'
import { TestConnection } from './test-connection.tsx'
import { TransportFields } from './transport-fields.tsx'
import type { Values } from './values.ts'

interface Props {
  initial: Values
  projects: readonly Project[]
  admin: boolean
  kept: readonly DeviceSecretName[]
  deviceId?: string
  saving: { pending: boolean; error: Error | null; title: string }
  /** Sends the form, or puts its mistakes at their fields. */
  onSubmit: (form: DeviceFormState) => void
}

export function DeviceForm({ initial, projects, admin, kept, deviceId, saving, onSubmit }: Props) {
  const form = useForm<Values>({ initialValues: initial })
  const { kind } = form.values.transport
  return (
    <form
      noValidate
      aria-label="Device"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(form)
      }}
    >
      <Section title="Device" description="The server, as people know it.">
        <About form={form} projects={projects} />
      </Section>
      <Section title="Console" description="The way to its serial console.">
        <KindField form={form} admin={admin} />
        <TransportFields form={form} />
      </Section>
      {secretsUsed[kind].length > 0 && (
        <Section title="Credentials" description="Sealed at rest. They go in here and never come out again.">
          <SecretFields form={form} kept={kept} />
        </Section>
      )}
      <Section title="Try it" description="See whether the line comes up before you rely on it.">
        <TestConnection form={form} deviceId={deviceId} />
      </Section>
      <Section title="Settings">
        <Settings form={form} />
      </Section>
      <Section>
        {saving.error && <FailureNotice error={saving.error} title={saving.title} />}
        <Group>
          <Button type="submit" loading={saving.pending}>
            {deviceId ? 'Save changes' : 'Add device'}
          </Button>
          <Button
            variant="default"
            renderRoot={(props) =>
              deviceId ? (
                <Link to="/devices/$id" params={{ id: deviceId }} {...props} />
              ) : (
                <Link to="/" {...props} />
              )
            }
          >
            Cancel
          </Button>
        </Group>
      </Section>
    </form>
  )
}

function About({ form, projects }: { form: DeviceFormState; projects: readonly Project[] }) {
  return (
    <>
      <TextInput
        label="Name"
        description="Lower-case letters, digits and hyphens, as in a host name"
        placeholder="web-12"
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Select
        label="Project"
        description="Its members may see this device"
        data={projects.map(({ id, name }) => ({ value: id, label: name }))}
        allowDeselect={false}
        searchable={projects.length > 7}
        {...form.getInputProps('projectId')}
      />
      <TextInput
        label="Description"
        placeholder="Rack, role, anything that tells it from others at three in the morning"
        {...form.getInputProps('description')}
      />
      <TagsInput
        label="Tags"
        description="What servers have in common across projects. Enter ends one. Pushes may go to all with a tag."
        placeholder={form.values.tags.length === 0 ? 'db, rack-4' : ''}
        splitChars={[',', ' ']}
        maxTags={limits.deviceTags}
        clearable={false}
        {...form.getInputProps('tags')}
        error={tagMistake(form.errors)}
      />
      <TextInput
        label="Address of the server"
        description="Where the server itself answers ssh, if it does. Not the console’s address."
        placeholder="web-12.example.net"
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('address')}
      />
    </>
  )
}

/** The contract names the tag that is wrong by its place. */
function tagMistake(errors: DeviceFormState['errors']) {
  const [mistake] = Object.entries(errors).filter(([path]) => path === 'tags' || path.startsWith('tags.'))
  return mistake?.[1]
}

function Settings({ form }: { form: DeviceFormState }) {
  return (
    <>
      <Switch
        label="Hold the line"
        description="While it is off, nothing is connected, recorded or shown."
        {...form.getInputProps('enabled', { type: 'checkbox' })}
      />
      <Switch
        label="Log out when the last writer leaves"
        description="The gateway types exit where a shell prompt stands, 10 seconds after nobody who may write is here. It never types into a running program."
        {...form.getInputProps('settings.logoutOnDetach', { type: 'checkbox' })}
      />
      <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="sm">
        <NumberInput
          label="Columns"
          description="Of the console, for everybody"
          min={20}
          max={500}
          {...form.getInputProps('settings.size.cols')}
        />
        <NumberInput label="Rows" min={5} max={200} {...form.getInputProps('settings.size.rows')} />
        <NumberInput
          label="Idle writer, minutes"
          description="0 lets them keep the write lock"
          min={0}
          max={1440}
          {...form.getInputProps('settings.writerIdleMinutes')}
        />
      </SimpleGrid>
    </>
  )
}
