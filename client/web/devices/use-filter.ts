import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Group } from './filter.ts'

export interface Filter {
  query: string
  group: Group | undefined
  setQuery(query: string): void
  setGroup(group: Group | undefined): void
  clear(): void
}

/** The filter lives in the address, so that going back from a console finds the list as it was. */
export function useFilter(): Filter {
  const { q, state } = useSearch({ from: '/app/' })
  const navigate = useNavigate({ from: '/' })
  const go = (query: string, group: Group | undefined) =>
    navigate({
      to: '/',
      search: { ...(query === '' ? {} : { q: query }), ...(group === undefined ? {} : { state: group }) },
      replace: true,
      resetScroll: false,
    })
  return {
    query: q ?? '',
    group: state,
    setQuery: (query) => go(query, state),
    setGroup: (group) => go(q ?? '', group),
    clear: () => go('', undefined),
  }
}
