import { Button, Group, Text } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type Body, call } from '../api/call.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { fieldErrors } from '../parts/mistakes.ts'
import type { DeviceFormState } from './form-type.ts'
import { testRequest } from './requests.ts'
import { TestOutcome } from './test-outcome.tsx'

/** Tries the connection as the form stands, without saving anything. */
export function TestConnection({ form, deviceId }: { form: DeviceFormState; deviceId: string | undefined }) {
  const test = useMutation({
    mutationFn: (body: Body<'testConnection'>) => call('testConnection', { body }),
    onError: (error) => form.setErrors({ ...form.errors, ...fieldErrors(error) }),
  })
  const run = (hostKey = form.values.transport.hostKey) => {
    const values = { ...form.values, transport: { ...form.values.transport, hostKey } }
    const checked = testRequest(values, deviceId)
    form.setErrors(checked.ok ? {} : checked.errors)
    if (checked.ok) test.mutate(checked.request)
    else test.reset()
  }
  const accept = (fingerprint: string) => {
    form.setFieldValue('transport.hostKey', fingerprint)
    run(fingerprint)
  }
  return (
    <>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={16} />}
          loading={test.isPending}
          onClick={() => run()}
        >
          Test connection
        </Button>
        <Text size="sm" c="dimmed">
          {test.isPending ? 'Connecting; this may take up to half a minute…' : 'Nothing is saved by this.'}
        </Text>
      </Group>
      <div aria-live="polite">
        {test.error && <FailureNotice error={test.error} title="The test could not be made" />}
        {test.data && (
          <TestOutcome
            key={test.submittedAt}
            result={test.data}
            pinned={form.values.transport.hostKey}
            onAccept={accept}
          />
        )}
      </div>
    </>
  )
}
