import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** While a machine is being switched. */
const runningMs = 2000
/** Each look asks the machine's BMC. */
const restingMs = 60_000

export const powerQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'power'],
    queryFn: () => call('power', { params: { id } }),
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined || data.reading === null) return false
      return data.run?.state === 'running' ? runningMs : restingMs
    },
  })
