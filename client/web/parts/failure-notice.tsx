import { Button, Group } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { toFailure } from '../api/failure.ts'
import { Notice } from './notice.tsx'

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
  return (
    <Notice
      tone="danger"
      urgent
      title={title}
      {...(failure.code === 'unreachable' ? { icon: IconPlugConnectedX } : {})}
    >
      <div>{failure.message}</div>
      {children}
      {retry && (
        <Group mt="xs">
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        </Group>
      )}
    </Notice>
  )
}
