import { Button, Stack, Text } from '@mantine/core'
import { useModals } from '@mantine/modals'
import { useQuery } from '@tanstack/react-query'
import type { useNavigate } from '@tanstack/react-router'
import { personKeyPlacesQuery } from '../api/keys.ts'
import { count } from '../words/count.ts'
import { pushTo } from './search.ts'

interface Props {
  userId: string
  /** On this project's servers; absent: on all. */
  projectId?: string
  /** Dialogs are drawn outside of the router. */
  navigate: ReturnType<typeof useNavigate>
  /** What else is told of what is about to happen. */
  children: string
}

/** Before somebody goes: the servers that still have keys of theirs, and the way to take them off. */
export function TheirKeys({ userId, projectId, navigate, children }: Props) {
  const modals = useModals()
  const { data } = useQuery(personKeyPlacesQuery(userId, projectId))
  if (!data || data.places.length === 0) return children
  const { places, keys, total } = data
  const search = {
    act: 'remove',
    ...pushTo(
      places.map(({ deviceId }) => deviceId),
      keys,
    ),
  } as const
  const takeOff = () => {
    modals.closeAll()
    void navigate({ to: '/push', search })
  }
  const servers = count(places.length, 'server')
  return (
    <Stack gap="xs">
      <Text inherit>{children}</Text>
      <Text inherit>
        {count(total, 'server')} still {total === 1 ? 'has' : 'have'} keys of theirs, as far as is known: that
        takes them from none. Take them off first; later they are found one server at a time, as strangers
        under Who can log in.
      </Text>
      <div>
        <Button variant="default" onClick={takeOff}>
          Take their keys off {places.length === 1 ? 'this server' : `these ${servers}`}…
        </Button>
      </div>
    </Stack>
  )
}
