import { queryOptions } from '@tanstack/react-query'
import { paths } from '../../../server/contract/routes.ts'
import { call, parseJson } from './call.ts'
import { failureOf, unreachable } from './failure.ts'

/** While a machine boots its state changes by itself. */
const everyMs = 5000

export const provisioningQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'provisioning'],
    queryFn: () => call('provisioning', { params: { id } }),
    refetchInterval: everyMs,
  })

export const hostKeysQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'host-keys'],
    queryFn: () => call('hostKeys', { params: { id } }),
    refetchInterval: everyMs,
  })

/** Lines of a known_hosts file for one device, with those that only the network has told if they are asked for. */
export const knownHostsQuery = (id: string, unverified: boolean) =>
  queryOptions({
    queryKey: ['devices', id, 'known-hosts', unverified],
    queryFn: () => readLines(id, unverified),
  })

async function readLines(deviceId: string, unverified: boolean): Promise<string> {
  const query = new URLSearchParams({ deviceId, ...(unverified ? { unverified: '1' } : {}) })
  const answer = await fetch(`${paths.knownHosts}?${query}`, { credentials: 'same-origin' }).catch(
    (error: unknown) => Promise.reject(unreachable(error)),
  )
  const text = await answer.text()
  if (!answer.ok) throw failureOf(answer.status, parseJson(text))
  return text.trimEnd()
}
