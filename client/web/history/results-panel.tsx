import { ActionIcon, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { SearchMatch } from '../../../server/contract/history.ts'
import { MatchLine } from './match-line.tsx'
import { MoreMatches, SearchProgress } from './progress.tsx'
import classes from './search.module.css'
import type { Search } from './use-search.ts'

interface Props {
  search: Search
  /** The match that is shown, by its place in the list, newest first. */
  current: number | null
  onShow(match: SearchMatch, index: number): void
  onClose(): void
}

/** What was found in this console, newest first. */
export function ResultsPanel({ search, current, onShow, onClose }: Props) {
  const matches = search.results.groups[0]?.matches ?? []
  const step = (by: number) => {
    const index = current === null ? 0 : current + by
    const match = matches[index]
    if (match) onShow(match, index)
  }
  return (
    <aside className={classes.panel} aria-label="Matches">
      <div className={classes.panelHead}>
        <Text size="sm" fw={600} className="numbers">
          {current === null || matches.length === 0 ? 'Matches' : `Match ${current + 1} of ${matches.length}`}
        </Text>
        <Tooltip label="Newer match">
          <ActionIcon
            size="md"
            aria-label="Newer match"
            disabled={current === null || current === 0}
            onClick={() => step(-1)}
          >
            <IconChevronDown size={17} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Older match">
          <ActionIcon
            size="md"
            aria-label="Older match"
            disabled={current !== null && current >= matches.length - 1}
            onClick={() => step(1)}
          >
            <IconChevronUp size={17} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Close the search">
          <ActionIcon size="md" aria-label="Close the search" onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.panelBody}>
        <div style={{ padding: '8px 12px' }}>
          <SearchProgress search={search} all={false} />
        </div>
        <ol className={classes.matches}>
          {matches.map((match, index) => (
            <li key={match.offset}>
              <Match match={match} current={index === current} onShow={() => onShow(match, index)} />
            </li>
          ))}
        </ol>
        <MoreMatches search={search} />
      </div>
    </aside>
  )
}

function Match({ match, current, onShow }: { match: SearchMatch; current: boolean; onShow(): void }) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (current) button.current?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    <UnstyledButton ref={button} className={classes.match} aria-current={current} onClick={onShow}>
      <MatchLine match={match} />
    </UnstyledButton>
  )
}
