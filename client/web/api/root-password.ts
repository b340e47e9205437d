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

/** While one is under way; else somebody may order one. */
const changingMs = 1000
const restingMs = 10_000

/** A new root password over SSH: the one under way, or the last. */
export const sshPasswordQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id, 'root-password-over-ssh'],
    queryFn: () => call('rootPasswordOverSsh', { params: { id } }),
    refetchInterval: ({ state: { data } }) => (data && data.endedAt === null ? changingMs : restingMs),
  })
