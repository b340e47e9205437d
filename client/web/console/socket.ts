import type { QueryClient } from '@tanstack/react-query'
import { fillPath, paths } from '../../../server/contract/routes.ts'
import { toFailure } from '../api/failure.ts'
import { gatewayNow } from '../api/gateway-clock.ts'
import { deviceQuery } from '../api/queries.ts'
import type { LinkClock, Socket, SocketEvents, Verdict } from './link.ts'
import { openSocketAside } from './socket-thread.ts'

/** Opens a console's WebSocket: anew, or from an offset; to type, or to watch only. */
export function openConsoleSocket(
  { id, from, watch = false }: { id: string; from: number | null; watch?: boolean },
  events: SocketEvents,
): Socket {
  const url = new URL(fillPath(paths.console, { id }), location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  url.searchParams.set('flow', 'ack')
  if (watch) url.searchParams.set('watch', '1')
  if (from !== null) url.searchParams.set('from', String(from))
  // Also when it comes back: it may want to begin anew later.
  url.searchParams.set('screen', '1')
  return openSocketAside(url.href, events)
}

export const browserClock: LinkClock = {
  now: gatewayNow,
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Why a console did not let this page attach, asked in a way that a browser lets us read. */
export async function probe(queryClient: QueryClient, id: string): Promise<Verdict> {
  try {
    await queryClient.fetchQuery({ ...deviceQuery(id), staleTime: 0, retry: false })
    return { kind: 'retry', why: 'The gateway answers, but does not let this page attach yet.' }
  } catch (error) {
    const { code, message } = toFailure(error)
    if (code === 'not-found') return { kind: 'ended', code: 'gone', message }
    if (code === 'sign-in-required' || code === 'password-change-required') {
      return { kind: 'ended', code: 'signed-out', message }
    }
    return { kind: 'retry', why: message }
  }
}
