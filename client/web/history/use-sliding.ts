import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import type { HistoryView } from './use-history.ts'

/** A line on the screen. */
export interface Place {
  offset: number
  at: number | null
}

/** More is loaded when so many screens are left to scroll. */
const ahead = 2

/** Loads what is scrolled to, and keeps the place when output is put before or taken from before what is seen. */
export function useSliding(
  box: RefObject<HTMLElement | null>,
  { window, state }: HistoryView,
  onPlace: (place: Place | null) => void,
): () => void {
  const kept = useRef<{ offset: string; top: number } | null>(null)
  /** Where it was scrolled to when it was looked at last: somebody may have scrolled since, and their browser not yet have said so. */
  const lookedAt = useRef(0)
  const follows = useRef(false)
  const served = useRef(0)
  const tell = useRef(onPlace)
  tell.current = onPlace

  const look = useCallback(() => {
    const element = box.current
    if (!element) return
    const row = rowAtTop(element)
    kept.current = row && { offset: row.dataset.offset ?? '', top: topIn(element, row) }
    const below = belowOf(element)
    lookedAt.current = element.scrollTop
    // What is printed while the newest is being read does not end it.
    follows.current = isAtBottom(element) && (window.atEnd || follows.current)
    tell.current(
      row && { offset: Number(row.dataset.offset), at: row.dataset.at ? Number(row.dataset.at) : null },
    )
    // What failed is tried again when somebody asks for it.
    if (window.snapshot().failure !== null) return
    if (element.scrollTop < ahead * element.clientHeight) void window.earlier()
    else if (below < ahead * element.clientHeight && !window.atEnd) void window.later()
  }, [box, window])

  useLayoutEffect(() => {
    const element = box.current
    if (!element || state.slabs.length === 0) return
    const scrolled = element.scrollTop - lookedAt.current
    if (served.current !== state.place.serial) {
      served.current = state.place.serial
      follows.current = false
      scrollTo(element, state.place.offset, state.end)
    } else if (follows.current && (scrolled >= 0 || isAtBottom(element))) {
      element.scrollTop = element.scrollHeight
    } else if (kept.current) {
      const row = element.querySelector<HTMLElement>(`[data-offset="${kept.current.offset}"]`)
      if (row) element.scrollTop += topIn(element, row) - (kept.current.top - scrolled)
    }
    look()
    // Also when loading begins or ends: what stands at the edges then takes other room, and nothing else was loaded meanwhile.
  }, [box, look, state])

  // What was printed since is read when the end is looked at.
  useEffect(() => {
    if (follows.current && !window.atEnd && window.snapshot().failure === null) void window.later()
  })
  return look
}

/** A third of the screen below its top, so that what led to it is seen too; the end of history at the bottom. */
function scrollTo(element: HTMLElement, offset: number, end: number): void {
  const rows = [...element.querySelectorAll<HTMLElement>('[data-offset]')]
  const row = rows.findLast((one) => Number(one.dataset.offset) <= offset) ?? rows[0]
  if (!row || offset >= end) element.scrollTop = element.scrollHeight
  else element.scrollTop += topIn(element, row) - element.clientHeight / 3
}

function belowOf(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight
}

function isAtBottom(element: HTMLElement): boolean {
  return belowOf(element) < 8
}

function topIn(element: HTMLElement, row: HTMLElement): number {
  return row.getBoundingClientRect().top - element.getBoundingClientRect().top
}

function rowAtTop(element: HTMLElement): HTMLElement | null {
  const rows = element.querySelectorAll<HTMLElement>('[data-offset]')
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (row && topIn(element, row) + row.offsetHeight > 4) high = middle
    else low = middle + 1
  }
  return rows[low] ?? null
}
