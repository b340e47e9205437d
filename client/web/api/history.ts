import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type HistoryMarks,
  type historySearch,
  type historySearchAll,
  type SearchRecord,
  searchRecord,
} from '../../../server/contract/history.ts'
import { fillPath, paths } from '../../../server/contract/routes.ts'
import { call, parseJson } from './call.ts'
import { failureOf, unreachable, unreadable } from './failure.ts'
import { learnGatewayTime } from './gateway-clock.ts'
import { readLinesOf } from './ndjson.ts'

export type SliceQuery = { from: number } | { before: number }
export type HistorySlice =
  | { kind: 'bytes'; from: number; bytes: Uint8Array; end: number; oldest: number }
  /** Not held any more, or never was. */
  | { kind: 'gone' }

/** Bytes of a console without a gap among them. */
export async function readHistory(id: string, query: SliceQuery, limit: number): Promise<HistorySlice> {
  const search = new URLSearchParams({ ...asText(query), limit: String(limit) })
  const answer = await ask(`${fillPath(paths.history, { id })}?${search}`, {})
  if (answer.status === 410) return { kind: 'gone' }
  if (!answer.ok) throw await refusal(answer)
  const body = await answer.arrayBuffer().catch((error: unknown) => Promise.reject(unreachable(error)))
  const number = (name: string) => {
    const value = Number(answer.headers.get(name) ?? Number.NaN)
    if (Number.isNaN(value)) throw unreadable(answer.status)
    return value
  }
  return {
    kind: 'bytes',
    bytes: new Uint8Array(body),
    from: number('lifeline-offset'),
    end: number('lifeline-end'),
    oldest: number('lifeline-oldest'),
  }
}

export function readMarks(id: string, from: number, to: number): Promise<HistoryMarks> {
  return call('historyMarks', { params: { id }, query: { from: String(from), to: String(to) } })
}

export type SearchInput = z.input<typeof historySearch>
export type SearchAllInput = z.input<typeof historySearchAll>

/** The records of a search as they come. `null`: over all consoles. Throws Failure; when the signal aborts it just ends. */
export async function* searchHistory(
  id: string | null,
  input: SearchInput | SearchAllInput,
  signal: AbortSignal,
): AsyncGenerator<SearchRecord> {
  const path = id === null ? paths.historySearchAll : fillPath(paths.historySearch, { id })
  try {
    const answer = await ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal,
    })
    if (!answer.ok) throw await refusal(answer)
    for await (const line of readLinesOf(answer.body)) {
      const read = searchRecord.safeParse(parseJson(line))
      if (!read.success) throw unreadable(answer.status, read.error)
      yield read.data
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

export interface DownloadSpan {
  from?: number
  to?: number
}

export function downloadAddress(
  id: string,
  format: 'raw' | 'text' | 'asciicast',
  span: DownloadSpan,
): string {
  const search = new URLSearchParams({ format, ...asText(span) })
  return `${fillPath(paths.historyDownload, { id })}?${search}`
}

/** The time line of a console's history, all of it or a span. Fresh enough to show what is being printed. */
export const overviewQuery = (id: string, span: { since: number; until: number } | null) =>
  queryOptions({
    queryKey: ['history', id, 'overview', span],
    queryFn: () => call('historyOverview', { params: { id }, query: overviewInput(span) }),
    refetchInterval: 15_000,
  })

/** As many bars as a narrow strip shows. */
const overviewBars = '160'

function overviewInput(span: { since: number; until: number } | null) {
  if (!span) return { buckets: overviewBars }
  return {
    buckets: overviewBars,
    since: String(Math.round(span.since)),
    until: String(Math.round(span.until)),
  }
}

export const positionQuery = (id: string, at: number) =>
  queryOptions({
    queryKey: ['history', id, 'position', at],
    queryFn: () => call('historyPosition', { params: { id }, query: { at: String(at) } }),
  })

/** A span as asciicast, to be played here. */
export async function readCast(id: string, span: DownloadSpan, signal: AbortSignal): Promise<string> {
  const answer = await ask(downloadAddress(id, 'asciicast', span), { signal })
  if (!answer.ok) throw await refusal(answer)
  return answer.text().catch((error: unknown) => Promise.reject(unreachable(error)))
}

async function ask(url: string, request: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(url, { credentials: 'same-origin', ...request })
    learnGatewayTime(answer.headers.get('date'))
    return answer
  } catch (error) {
    throw unreachable(error)
  }
}

async function refusal(answer: Response) {
  return failureOf(answer.status, parseJson(await answer.text().catch(() => '')))
}

function asText(numbers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  )
}
