import { useEffect, useState } from 'react'
import { type ExpressionFault, expressionFault } from './expression.ts'
import type { SearchQuery, SearchResult } from './terminal/search.ts'
import type { TerminalView } from './terminal.ts'

export interface Search {
  opened: boolean
  query: SearchQuery
  result: SearchResult
  /** Why the expression cannot be searched for. */
  fault: ExpressionFault | null
  /** Grows each time the search is asked for, so that its field takes the focus again. */
  asked: number
  open(): void
  close(): void
  change(part: Partial<SearchQuery>): void
  step(way: 'next' | 'previous'): void
}

const nothing: SearchResult = { current: 0, count: 0 }

/** What is searched for within the terminal; `result` is what the terminal found. */
export function useSearch(terminal: TerminalView | null, result: SearchResult | null): Search {
  const [asked, setAsked] = useState(0)
  const [opened, setOpened] = useState(false)
  const [query, setQuery] = useState<SearchQuery>({ text: '', matchCase: false, regex: false })
  useEffect(() => {
    if (opened) terminal?.search.find(query, 'typing')
  }, [terminal, opened, query])
  return {
    opened,
    query,
    asked,
    result: result ?? nothing,
    fault: query.regex && query.text !== '' ? expressionFault(query.text) : null,
    open: () => {
      setOpened(true)
      setAsked((times) => times + 1)
    },
    close: () => {
      setOpened(false)
      terminal?.search.clear()
      terminal?.focus()
    },
    change: (part) => setQuery((before) => ({ ...before, ...part })),
    step: (way) => terminal?.search.find(query, way),
  }
}
