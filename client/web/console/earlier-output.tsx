import { Button } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import classes from './tools.module.css'

/** From the top of what this terminal still holds to the rest of history. */
export function EarlierOutput({ deviceId, offset }: { deviceId: string; offset: number | null }) {
  return (
    <Button
      className={classes.earlier ?? ''}
      size="compact-sm"
      radius="xl"
      leftSection={<IconArrowUp size={14} />}
      renderRoot={(props) => (
        <Link
          to="/devices/$id/history"
          params={{ id: deviceId }}
          search={offset === null ? {} : { at: offset }}
          {...props}
        />
      )}
    >
      Earlier output
    </Button>
  )
}
