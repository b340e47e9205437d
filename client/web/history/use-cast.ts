import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { readCast } from '../api/history.ts'
import { sizeOf } from './span.ts'

/** The player holds all of what it plays. An hour of a flood is for asciinema in a terminal. */
export const playableBytes = 24 * 1024 * 1024

/** The recording of a span; `tooMuch` when it is more than a page should hold. */
export function useCast(id: string, from: number | null, to: number | null) {
  return useQuery({
    queryKey: ['history', id, 'cast', from, to],
    queryFn: async ({ signal }) => {
      const { first, last } = await call('historyOverview', { params: { id }, query: { buckets: '1' } })
      const size = sizeOf({ from, to }, first.offset, last.offset)
      if (size > playableBytes) return { kind: 'tooMuch' as const, size }
      if (size === 0) return { kind: 'nothing' as const, size }
      // Its end is fixed: what is printed meanwhile is not part of it.
      const span = { from: Math.max(from ?? 0, first.offset), to: Math.min(to ?? last.offset, last.offset) }
      return { kind: 'cast' as const, size, span, cast: await readCast(id, span, signal) }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}
