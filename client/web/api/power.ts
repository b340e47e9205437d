import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** While a machine is being switched. */
const runningMs = 2000
/** Each look asks the machine's BMC. */
const restingMs = 60_000

/** While machines of a list are being asked, and when all have answered. */
const pendingMs = 1000
const listMs = 30_000

export const powerGlancesQuery = (devices: readonly string[]) =>
  queryOptions({
    queryKey: ['power', ...devices],
    queryFn: () => call('powerGlances', { body: { devices: [...devices] } }),
    enabled: devices.length > 0,
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchInterval: ({ state: { data } }) => (data?.some(({ pending }) => pending) ? pendingMs : listMs),
  })

export const powerQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'power'],
    queryFn: () => call('power', { params: { id } }),
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined || data.reading === null) return false
      return data.run?.state === 'running' ? runningMs : restingMs
    },
  })
