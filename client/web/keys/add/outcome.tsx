import { Loader, Text } from '@mantine/core'
import { Tag } from '../../parts/tag.tsx'
import type { Outcome } from './use-adding.ts'

/** How it went with one key, beside it. */
export function OutcomeTag({ outcome }: { outcome: Outcome | undefined }) {
  switch (outcome?.state) {
    case undefined:
      return null
    case 'adding':
      return <Loader size={16} role="status" aria-label="Adding" />
    case 'added':
      return <Tag tone="good">Added</Tag>
    case 'existed':
      return <Tag>{`Is there already, as ${outcome.label}`}</Tag>
    case 'failed':
      return <Tag tone="danger">Not added</Tag>
  }
}

export function OutcomeWords({ outcome }: { outcome: Outcome | undefined }) {
  if (outcome?.state !== 'failed') return null
  return (
    <Text size="sm" c="var(--app-danger)" role="alert">
      {outcome.message}
    </Text>
  )
}
