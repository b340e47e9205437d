import { useSearch as useAddress, useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { SearchMatch } from '../../../server/contract/history.ts'
import { gatewayNow } from '../api/gateway-clock.ts'
import { tellFailure } from '../parts/tell.ts'
import { findBoot } from './boot.ts'
import { canBeAsked } from './mistakes.ts'
import { fragmentOf, type Question, questionOf } from './question.ts'
import { type HistoryView, type Target, targetOf, useHistory } from './use-history.ts'
import { type Search, useSearch } from './use-search.ts'
import type { Place } from './use-sliding.ts'

export interface HistoryPageState {
  history: HistoryView
  search: Search
  question: Question
  /** Looks for something; the address follows. */
  ask(question: Question): void
  closeSearch(): void
  /** The match that is shown, by its place in the list. */
  current: number | null
  show(match: SearchMatch, index: number): void
  go(target: Target): void
  /** Resolves when it has been looked for, found or not. */
  goBeforeBoot(): Promise<void>
  looking: boolean
  again(): void
  /** Offset of the line that a person chose or a link names. */
  chosen: number | null
  choose(offset: number): void
  /** The first line that is seen. */
  place: Place | null
  setPlace(place: Place | null): void
  /** The line that "here" means: the chosen one, else the first that is seen. */
  here: Place | null
}

/** What happens on the page of a console's history. Where it is and what is looked for stand in the address. */
export function useHistoryPage(device: Device): HistoryPageState {
  const { at } = useAddress({ from: '/app/devices/$id/history' })
  const hash = useLocation({ select: (location) => location.hash })
  const navigate = useNavigate({ from: '/devices/$id/history' })
  const history = useHistory(device.id, device.console.end)
  const search = useSearch(device.id)
  const question = useMemo(() => questionOf(hash), [hash])
  const [current, setCurrent] = useState<number | null>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  const [place, setPlace] = useState<Place | null>(null)
  const [looking, setLooking] = useState(false)
  const told = useRef<number | string | undefined>(undefined)
  const latest = useRef({ history, search })
  latest.current = { history, search }

  // The address leads, when it was not this page that wrote it.
  useEffect(() => {
    if (at !== undefined && at === told.current) return
    told.current = at
    setChosen(typeof at === 'number' ? at : null)
    void latest.current.history.go(targetOf(at))
  }, [at])
  useEffect(() => {
    setCurrent(null)
    if (canBeAsked(question, gatewayNow())) latest.current.search.start(question)
    else latest.current.search.clear()
  }, [question])

  const write = useCallback(
    (offset: number | undefined, fragment: string) => {
      told.current = offset
      // Nothing is put back to where it was scrolled: the router would undo going to a line that is on the page already.
      void navigate({
        search: offset === undefined ? {} : { at: offset },
        hash: fragment,
        replace: true,
        resetScroll: false,
      })
    },
    [navigate],
  )
  const choose = useCallback(
    (offset: number) => {
      setChosen(offset)
      write(offset, hash)
    },
    [write, hash],
  )
  const go = (target: Target) => {
    setChosen(null)
    void history.go(target)
  }
  const goBeforeBoot = async () => {
    setLooking(true)
    try {
      const offset = await findBoot(device.id)
      if (offset !== null) choose(offset)
      if (offset !== null) void history.go({ offset })
      else
        tellFailure(
          'No boot was found',
          new Error('nothing that is held looks like the start of a kernel or boot loader'),
        )
    } catch (error) {
      tellFailure('The last boot could not be looked for', error)
    } finally {
      setLooking(false)
    }
  }
  return {
    history,
    search,
    question,
    ask: (asked) => {
      if (fragmentOf(asked) === hash) search.start(asked)
      else write(typeof at === 'number' ? at : undefined, fragmentOf(asked))
    },
    closeSearch: () => write(typeof at === 'number' ? at : undefined, ''),
    current,
    show: (match, index) => {
      setCurrent(index)
      choose(match.lineFrom)
      const mark = { from: match.offset, to: match.end }
      if (history.window.holds(mark)) history.window.show(mark)
      else void history.window.go(match.offset, mark)
    },
    go,
    goBeforeBoot,
    looking,
    again: () => void history.go(targetOf(at)),
    chosen,
    choose,
    place,
    setPlace,
    here:
      chosen !== null && chosen === place?.offset
        ? place
        : chosen === null
          ? place
          : { offset: chosen, at: null },
  }
}
