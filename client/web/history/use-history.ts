import { useEffect, useState, useSyncExternalStore } from 'react'
import { call } from '../api/call.ts'
import { readHistory, readMarks } from '../api/history.ts'
import { HistoryWindow, type Source, type WindowState } from './window.ts'

/** Where to go: an offset, a time in ms, or the end. */
export type Target = { offset: number } | { time: number } | 'end'

export interface HistoryView {
  window: HistoryWindow
  state: WindowState
  /** Resolves when the place is on the page, or the state says why it is not. */
  go(target: Target): Promise<void>
}

/** The history of one console on the page. `end` is what the list of devices says of it: it grows while the device prints. */
export function useHistory(deviceId: string, end: number): HistoryView {
  const [window] = useState(() => new HistoryWindow(sourceOf(deviceId)))
  const state = useSyncExternalStore(window.subscribe, window.snapshot)
  useEffect(() => window.grew(end), [window, end])
  return {
    window,
    state,
    go: (target) => window.go(() => offsetOf(deviceId, target)),
  }
}

function sourceOf(id: string): Source {
  return {
    slice: (query, limit) => readHistory(id, query, limit),
    marks: (from, to) => readMarks(id, from, to),
    bounds: async () => {
      const { first, last } = await call('historyOverview', { params: { id }, query: { buckets: '1' } })
      return { oldest: first.offset, end: last.offset }
    },
  }
}

async function offsetOf(id: string, target: Target): Promise<number | 'end'> {
  if (target === 'end') return 'end'
  if ('offset' in target) return target.offset
  const query = { at: String(Math.max(0, Math.round(target.time))) }
  return (await call('historyPosition', { params: { id }, query })).offset
}

/** `at` in the page's address: an offset, or a time with its zone. */
export function targetOf(at: number | string | undefined): Target {
  if (typeof at === 'number') return { offset: at }
  const time = Date.parse(at ?? '')
  return Number.isNaN(time) ? 'end' : { time }
}
