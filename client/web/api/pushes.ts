import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** While it goes on. */
const everyMs = 1000

export const pushQuery = (id: string) =>
  queryOptions({
    queryKey: ['pushes', id],
    queryFn: () => call('push', { params: { id } }),
    refetchInterval: ({ state: { data } }) => (data && data.endedAt !== null ? false : everyMs),
  })
