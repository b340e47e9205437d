import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertCircle, IconPlugConnectedX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { toFailure } from '../api/failure.ts'

interface Props {
  error: unknown
  /** What was being done, as in `The device was not saved`. */
  title: string
  retry?: () => void
  children?: ReactNode
}

/** The one way a failure is shown in a page: what happened, the gateway's own words, and what to do next. */
export function FailureNotice({ error, title, retry, children }: Props) {
  const failure = toFailure(error)
  const Icon = failure.code === 'unreachable' ? IconPlugConnectedX : IconAlertCircle
  return (
    <Alert role="alert" color="red" variant="light" title={title} icon={<Icon size={18} stroke={1.8} />}>
      <Text size="sm">{failure.message}</Text>
      {children}
      {retry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  )
}
