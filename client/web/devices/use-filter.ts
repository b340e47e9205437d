import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Sort } from './arrange.ts'
import type { Group } from './filter.ts'
import type { DeviceSearch } from './search.ts'

export interface Filter {
  /** What is typed now; the address follows a moment later, and typing does not wait for it. */
  query: string
  group: Group | undefined
  sort: Sort
  byProject: boolean
  /** Whether machines are asked for their power. */
  power: boolean
  setQuery(query: string): void
  setGroup(group: Group | undefined): void
  setSort(sort: Sort): void
  setByProject(byProject: boolean): void
  setPower(power: boolean): void
  clear(): void
}

/** The filter lives in the address, so that going back from a console finds the list as it was. */
export function useFilter(): Filter {
  const search = useSearch({ from: '/app/' })
  const navigate = useNavigate({ from: '/' })
  const [query, setText] = useState(search.q ?? '')
  useEffect(() => setText(search.q ?? ''), [search.q])
  const go = (change: { [K in keyof DeviceSearch]: DeviceSearch[K] | undefined }) =>
    navigate({ to: '/', search: given({ ...search, ...change }), replace: true, resetScroll: false })
  const setQuery = (text: string) => {
    setText(text)
    go({ q: text })
  }
  return {
    query,
    group: search.state,
    sort: search.sort ?? 'name',
    byProject: search.by === 'project',
    power: search.power === 'shown',
    setQuery,
    setGroup: (group) => go({ state: group }),
    setSort: (sort) => go({ sort }),
    setByProject: (byProject) => go({ by: byProject ? 'project' : undefined }),
    setPower: (power) => go({ power: power ? 'shown' : undefined }),
    clear() {
      setText('')
      go({ q: undefined, state: undefined })
    },
  }
}

/** Without what says nothing: the shortest address of a list is `/`. */
function given({
  q,
  state,
  sort,
  by,
  power,
}: { [K in keyof DeviceSearch]: DeviceSearch[K] | undefined }): DeviceSearch {
  return {
    ...(q ? { q } : {}),
    ...(state ? { state } : {}),
    ...(sort && sort !== 'name' ? { sort } : {}),
    ...(by ? { by } : {}),
    ...(power ? { power } : {}),
  }
}
