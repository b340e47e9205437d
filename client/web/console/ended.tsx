import { Button, Group, Text, Title } from '@mantine/core'
import { IconDoorExit } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { meQuery } from '../api/queries.ts'
import classes from './console.module.css'
import type { EndCode, LinkState } from './link-state.ts'

const titles: Record<EndCode, string> = {
  revoked: 'Your access to this console has ended',
  'device-removed': 'This device has been removed',
  kicked: 'You were sent off this console',
  gone: 'This console is not there for you any more',
  'signed-out': 'Your session is over',
}

/** Over the terminal once there is no use in trying again. What was printed stays readable behind it. */
export function Ended({ device, link }: { device: Device; link: Extract<LinkState, { state: 'ended' }> }) {
  const queryClient = useQueryClient()
  // When it is the whole session that ended, the answer to this leads to the sign-in, and back here afterwards.
  useEffect(() => void queryClient.refetchQueries(meQuery), [queryClient])
  return (
    <div className={classes.ended} role="alertdialog" aria-labelledby="ended-title">
      <IconDoorExit size={30} stroke={1.5} aria-hidden />
      <Title order={2} id="ended-title">
        {titles[link.code]}
      </Title>
      <Text size="sm" maw={420}>
        {link.message}
      </Text>
      <Group gap="sm" mt="sm">
        <Button renderRoot={(props) => <Link to="/" {...props} />}>All devices</Button>
        {(link.code === 'revoked' || link.code === 'kicked') && (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link to="/devices/$id" params={{ id: device.id }} reloadDocument {...props} />
            )}
          >
            Try again
          </Button>
        )}
      </Group>
    </div>
  )
}
