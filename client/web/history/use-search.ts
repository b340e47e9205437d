import { useCallback, useEffect, useRef, useState } from 'react'
import type { SearchRecord } from '../../../server/contract/history.ts'
import { toFailure } from '../api/failure.ts'
import { gatewayNow } from '../api/gateway-clock.ts'
import { type SearchAllInput, searchHistory } from '../api/history.ts'
import { readMoment } from './moment.ts'
import type { Question } from './question.ts'
import { noResults, type Results, withRecords } from './results.ts'

/** Drawn so often while records stream in: fluent for the eye, cheap for the page. */
const drawEveryMs = 120

export interface Search {
  results: Results
  /** What the results answer; null before the first search. */
  question: Question | null
  start(question: Question): void
  /** Older matches of the same question. */
  more(): void
  stop(): void
  clear(): void
}

/** A search of one console, or of all with `null`. A new one ends the one before; so does leaving the page. */
export function useSearch(deviceId: string | null): Search {
  const [results, setResults] = useState<Results>(noResults)
  const [question, setQuestion] = useState<Question | null>(null)
  const running = useRef<AbortController | null>(null)
  const run = useCallback(
    (asked: Question, cursor: string | null) => {
      running.current?.abort()
      const control = new AbortController()
      running.current = control
      setQuestion(asked)
      setResults((before) => ({
        ...(cursor === null ? noResults : before),
        state: 'running',
        failure: null,
      }))
      void follow({ deviceId, asked, cursor, signal: control.signal, draw: setResults })
    },
    [deviceId],
  )
  useEffect(() => () => running.current?.abort(), [])
  return {
    results,
    question,
    start: (asked) => run(asked, null),
    more: () => question && run(question, results.cursor),
    stop: () => {
      running.current?.abort()
      setResults((before) => ({ ...before, state: 'stopped' }))
    },
    clear: () => {
      running.current?.abort()
      setQuestion(null)
      setResults(noResults)
    },
  }
}

interface Following {
  deviceId: string | null
  asked: Question
  cursor: string | null
  signal: AbortSignal
  draw(change: (before: Results) => Results): void
}

async function follow({ deviceId, asked, cursor, signal, draw }: Following): Promise<void> {
  let waiting: SearchRecord[] = []
  const flush = () => {
    const records = waiting
    waiting = []
    if (records.length > 0 && !signal.aborted) draw((before) => withRecords(before, records))
  }
  const timer = setInterval(flush, drawEveryMs)
  try {
    for await (const record of searchHistory(deviceId, inputOf(asked, cursor, deviceId), signal))
      waiting.push(record)
    flush()
    // Without its last record the answer was cut short, and what is missing may be what somebody looks for.
    if (!signal.aborted) draw((before) => (before.state === 'running' ? cutShort(before) : before))
  } catch (error) {
    flush()
    draw((before) => ({ ...before, state: 'failed', failure: toFailure(error) }))
  } finally {
    clearInterval(timer)
  }
}

function cutShort(before: Results): Results {
  return {
    ...before,
    state: 'failed',
    failure: toFailure(new Error('the answer of the gateway ended before it was complete')),
  }
}

/** Times are read when the search begins; who searches has checked them. */
function inputOf(asked: Question, cursor: string | null, deviceId: string | null): SearchAllInput {
  const { text, regex, matchCase } = asked
  const since = readMoment(asked.since, gatewayNow())
  const until = readMoment(asked.until, gatewayNow())
  return {
    text,
    regex,
    matchCase,
    ...(since.ok ? { since: Math.round(since.at) } : {}),
    ...(until.ok ? { until: Math.round(until.at) } : {}),
    ...(cursor === null ? {} : { cursor }),
    ...(deviceId === null && asked.projectId !== '' ? { projectId: asked.projectId } : {}),
    limit: deviceId === null ? 1000 : 200,
  }
}
