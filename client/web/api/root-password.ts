import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** It ends by itself. */
const everyMs = 30_000

/** Whether a root password is kept, never what it is. */
export const rootPasswordQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'root-password'],
    queryFn: () => call('rootPassword', { params: { id } }),
    refetchInterval: everyMs,
  })
