import { Button, Group } from '@mantine/core'
import { FailureNotice } from '../parts/failure-notice.tsx'

interface Props {
  begin: { isPending: boolean; error: Error | null }
  onClose: () => void
}

/** The end of a form that orders a new root password, whichever way. */
export function OrderEnd({ begin, onClose }: Props) {
  return (
    <>
      {begin.error && <FailureNotice error={begin.error} title="Nothing was begun" />}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={begin.isPending}>
          Set it
        </Button>
      </Group>
    </>
  )
}
