import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { AddedKey } from '../../../server/contract/keys.ts'
import { type Body, call } from './call.ts'

/** Whose keys: one's own, or a project's. */
export type KeyOwner = { kind: 'person' } | { kind: 'project'; id: string; name: string }

/** All of an owner's keys that match, page by page, the newest first. */
export const keysQuery = (owner: KeyOwner, search: string) =>
  infiniteQueryOptions({
    queryKey: ['keys', owner.kind === 'project' ? owner.id : 'mine', search],
    queryFn: ({ pageParam }) => keysPage(owner, { search, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })

function keysPage(owner: KeyOwner, query: { search: string; cursor: string | undefined }) {
  if (owner.kind === 'person') return call('keys', { query })
  return call('projectKeys', { params: { id: owner.id }, query })
}

export function addKey(owner: KeyOwner, body: Body<'addKey'>): Promise<AddedKey> {
  if (owner.kind === 'person') return call('addKey', { body })
  return call('addProjectKey', { params: { id: owner.id }, body })
}

export const keyPlacesQuery = (id: string) =>
  queryOptions({ queryKey: ['key-places', id], queryFn: () => call('keyPlaces', { params: { id } }) })

/** Servers that still have keys of somebody: of one project, or all. Asked anew whenever it is shown. */
export const personKeyPlacesQuery = (userId: string, projectId: string | undefined) =>
  queryOptions({
    queryKey: ['person-key-places', userId, projectId ?? 'all'],
    queryFn: () =>
      projectId === undefined
        ? call('userKeyPlaces', { params: { id: userId } })
        : call('memberKeyPlaces', { params: { id: projectId, userId } }),
    staleTime: 0,
  })

/** Who can log in on a device, page by page. */
export const deviceKeysQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['devices', id, 'keys'],
    queryFn: ({ pageParam }) => call('deviceKeys', { params: { id }, query: { cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    // Others add keys, and come and go.
    refetchInterval: 5000,
  })
