import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { gatewayNow } from '../api/gateway-clock.ts'
import { positionQuery } from '../api/history.ts'
import { dateTime } from '../words/time.ts'
import { readMoment } from './moment.ts'
import type { Marked } from './span.ts'

/** A line: the exact begin or end of a span. */
export interface Edge {
  offset: number
  at: number | null
}

export interface SpanField {
  text: string
  type(text: string): void
  set(edge: Edge): void
}

export interface SpanChoice {
  from: SpanField
  to: SpanField
  marked: Marked
  looking: boolean
  /** Why this is no span. */
  wrong: string | null
}

/** A span, each end of it typed as a time or taken from a line. */
export function useSpan(deviceId: string): SpanChoice {
  const from = useEdge(deviceId)
  const to = useEdge(deviceId)
  const marked = { from: from.offset, to: to.offset }
  const backwards = marked.from !== null && marked.to !== null && marked.to <= marked.from
  const unreadable = from.wrong || to.wrong
  const failed = from.failed ?? to.failed
  return {
    from,
    to,
    marked,
    looking: from.looking || to.looking,
    wrong: unreadable
      ? 'This is not a time'
      : failed
        ? `The time could not be looked up: ${failed.message}`
        : backwards
          ? 'The span ends before it begins'
          : null,
  }
}

function useEdge(deviceId: string) {
  const [text, setText] = useState('')
  const [line, setLine] = useState<number | null>(null)
  // When it was typed: `10 minutes ago` must not move while somebody thinks.
  const [typedAt, setTypedAt] = useState(0)
  const read = line === null && text.trim() !== '' ? readMoment(text, typedAt) : null
  const time = read?.ok ? Math.round(read.at) : null
  const { data, error, isFetching } = useQuery({
    ...positionQuery(deviceId, time ?? 0),
    enabled: time !== null,
  })
  return {
    text,
    offset: line ?? (time === null ? null : (data?.offset ?? null)),
    looking: time !== null && isFetching,
    wrong: read !== null && !read.ok,
    failed: time === null ? null : error,
    type: (typed: string) => {
      setText(typed)
      setTypedAt(gatewayNow())
      setLine(null)
    },
    set: ({ offset, at }: Edge) => {
      setText(at === null ? `offset ${offset}` : dateTime(at))
      setLine(offset)
    },
  }
}
