import { queryOptions } from '@tanstack/react-query'
import type { AuditAction } from '../../../server/contract/audit.ts'
import { call } from './call.ts'

/** Beside an attached console, whose state comes by itself: for rights and for proof that the socket still lives. */
const deviceEveryMs = 5000

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => call('me', {}), staleTime: 60_000 })

/** All devices as they stood when it was asked. Where changes are followed, see devices/use-fleet.ts. */
export const devicesQuery = queryOptions({ queryKey: ['devices'], queryFn: () => call('devices', {}) })

export const deviceQuery = (id: string) =>
  queryOptions({ queryKey: ['devices', id], queryFn: () => call('device', { params: { id } }) })

export const watchedDeviceQuery = (id: string) =>
  queryOptions({ ...deviceQuery(id), refetchInterval: deviceEveryMs, refetchIntervalInBackground: true })

export const projectsQuery = queryOptions({ queryKey: ['projects'], queryFn: () => call('projects', {}) })

export const membersQuery = (id: string) =>
  queryOptions({ queryKey: ['projects', id, 'members'], queryFn: () => call('members', { params: { id } }) })

export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: () => call('users', {}) })
export const sessionsQuery = queryOptions({ queryKey: ['sessions'], queryFn: () => call('sessions', {}) })
export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: () => call('tokens', {}) })

export interface AuditFilter {
  action?: AuditAction | undefined
  deviceId?: string | undefined
}
export function auditPage(filter: AuditFilter, before: number | undefined) {
  return call('audit', { query: { ...filter, before: before?.toString() } })
}
