import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** While it goes on. */
const everyMs = 1000

/** What types on a console, or the last that did. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'job'],
    queryFn: () => call('job', { params: { id } }),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? everyMs : false),
  })
