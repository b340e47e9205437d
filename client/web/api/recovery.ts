import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** While it goes on. */
const everyMs = 1000

/** The recovery under way, or the last. */
export const recoveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'recovery'],
    queryFn: () => call('recovery', { params: { id } }),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? everyMs : false),
  })
