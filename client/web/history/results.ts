import type { SearchMatch, SearchRecord } from '../../../server/contract/history.ts'
import type { Failure } from '../api/failure.ts'

/** What one console has printed of what is looked for. */
export interface Group {
  deviceId: string
  deviceName: string
  matches: readonly SearchMatch[]
  /** There are older ones that were not asked for. */
  more: boolean
}

export interface Results {
  state: 'idle' | 'running' | 'done' | 'stopped' | 'failed'
  groups: readonly Group[]
  matches: number
  progress: Extract<SearchRecord, { type: 'progress' }> | null
  problems: readonly string[]
  /** Goes on from here; null when everything has been searched. */
  cursor: string | null
  failure: Failure | null
}

export const noResults: Results = {
  state: 'idle',
  groups: [],
  matches: 0,
  progress: null,
  problems: [],
  cursor: null,
  failure: null,
}

/** Problems that are told; a damaged disk has thousands. */
const mostProblems = 20

/** Results with records that came together. Many at once, since drawing each of a thousand alone would be slow. */
export function withRecords(results: Results, records: readonly SearchRecord[]): Results {
  const groups = new Map(results.groups.map((group) => [group.deviceId, group]))
  const added = new Map<string, SearchMatch[]>()
  let next = results
  for (const record of records) {
    if (record.type === 'match') {
      const list = added.get(record.deviceId) ?? []
      list.push(record)
      added.set(record.deviceId, list)
    } else next = withRecord(next, record)
  }
  for (const [deviceId, matches] of added) {
    const before = groups.get(deviceId)
    const deviceName = matches[0]?.deviceName ?? ''
    groups.set(deviceId, {
      deviceId,
      deviceName,
      matches: [...(before?.matches ?? []), ...matches],
      more: before?.more ?? false,
    })
  }
  for (const record of records) {
    const group = record.type === 'console' ? groups.get(record.deviceId) : undefined
    if (record.type === 'console' && group) groups.set(record.deviceId, { ...group, more: record.more })
  }
  const count = [...added.values()].reduce((sum, list) => sum + list.length, 0)
  return { ...next, groups: [...groups.values()], matches: results.matches + count }
}

function withRecord(results: Results, record: Exclude<SearchRecord, { type: 'match' }>): Results {
  switch (record.type) {
    case 'progress':
      return { ...results, progress: record }
    case 'problem':
      return { ...results, problems: [...results.problems, record.message].slice(0, mostProblems) }
    case 'end':
      return { ...results, state: 'done', cursor: record.cursor }
    case 'console':
      return results
  }
}

/** How far a search has come, from 0 to 1. */
export function portion({ state, progress }: Results): number {
  if (state === 'done') return 1
  if (progress === null || progress.totalBytes === 0) return 0
  return Math.min(1, progress.searchedBytes / progress.totalBytes)
}
