import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** While it goes on, or waits. */
const everyMs = 1000
/** Somebody may order one. */
const restingMs = 10_000

/** The recovery that waits or is under way, or the last. */
export const recoveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'recovery'],
    queryFn: () => call('recovery', { params: { id } }),
    refetchInterval: ({ state: { data } }) =>
      data?.state === 'running' || data?.state === 'waiting' ? everyMs : restingMs,
  })
