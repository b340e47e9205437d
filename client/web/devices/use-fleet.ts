import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { paths } from '../../../server/contract/routes.ts'
import { toFailure } from '../api/failure.ts'
import { devicesQuery, meQuery } from '../api/queries.ts'
import type { Socket, SocketEvents } from '../console/link.ts'
import { browserClock } from '../console/socket.ts'
import { Fleet, type FleetView } from './fleet.ts'

/** All devices that the person may see, followed while the page is there. The next page that follows begins with what this one knew. */
export function useFleet(): FleetView {
  const queryClient = useQueryClient()
  const fleet = useMemo(() => createFleet(queryClient), [queryClient])
  useEffect(() => {
    fleet.reopen()
    return () => fleet.leave()
  }, [fleet])
  return useSyncExternalStore(fleet.subscribe, fleet.snapshot)
}

/** React may leave a page and come back to it, so that one fleet is followed several times over. */
function createFleet(queryClient: QueryClient) {
  const make = () =>
    new Fleet({
      open: follow,
      askWhy: () => askWhy(queryClient),
      clock: browserClock,
      random: Math.random,
      known: queryClient.getQueryData(devicesQuery.queryKey) ?? null,
    })
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  let fleet = make()
  const wake = () => fleet.connect()
  return {
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: () => fleet.snapshot(),
    reopen() {
      fleet = make()
      fleet.subscribe(tell)
      fleet.connect()
      window.addEventListener('online', wake)
      document.addEventListener('visibilitychange', wake)
    },
    leave() {
      window.removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
      const { devices } = fleet.snapshot()
      fleet.close()
      if (devices) queryClient.setQueryData(devicesQuery.queryKey, [...devices])
    },
  }
}

/** In the page itself: the gateway tells a page that reads slowly less often. */
function follow(events: SocketEvents): Socket {
  const url = new URL(paths.deviceChanges, location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  const socket = new WebSocket(url)
  socket.onmessage = ({ data }) => events.message(data)
  socket.onclose = ({ code }) => events.closed(code)
  return socket
}

/** A browser hides how an upgrade was refused. Asking who we are tells; a session that has ended leads to the sign-in by itself. */
async function askWhy(queryClient: QueryClient): Promise<string> {
  try {
    await queryClient.fetchQuery({ ...meQuery, staleTime: 0, retry: false })
    return 'The gateway answers, but does not let this page follow the devices yet.'
  } catch (error) {
    return toFailure(error).message
  }
}
