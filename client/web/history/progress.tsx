import { Button, Progress, Text } from '@mantine/core'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { bytes, count } from '../words/count.ts'
import { portion, type Results } from './results.ts'
import classes from './search.module.css'
import type { Search } from './use-search.ts'

/** How a search goes, and how it went. */
export function SearchProgress({ search, all }: { search: Search; all: boolean }) {
  const { results, question } = search
  if (results.state === 'idle') return null
  return (
    <div className={classes.progress}>
      {results.state === 'running' && (
        <Progress value={portion(results) * 100} size={4} animated aria-label="Searched so far" />
      )}
      <Text size="sm" c="dimmed" role="status">
        {words(results, all)}
      </Text>
      {results.failure && (
        <FailureNotice
          error={results.failure}
          title="The search did not finish"
          retry={() => question && search.start(question)}
        />
      )}
      {results.problems.length > 0 && (
        <Notice tone="trouble" title="Some of it could not be searched">
          {results.problems.map((problem) => (
            <div key={problem}>{problem}</div>
          ))}
        </Notice>
      )}
    </div>
  )
}

function words({ state, matches, groups, progress, cursor }: Results, all: boolean): string {
  const found = `${count(matches, 'match', 'matches')}${all && matches > 0 ? ` on ${count(groups.length, 'console')}` : ''}`
  if (state === 'running') {
    if (!progress) return matches === 0 ? 'Searching…' : `Searching… ${found}`
    const { consoles, totalConsoles, searchedBytes, totalBytes } = progress
    const where = all ? `, ${consoles} of ${count(totalConsoles, 'console')}` : ''
    return `Searching… ${bytes(searchedBytes)} of ${bytes(totalBytes)}${where}: ${found}`
  }
  if (state === 'stopped') return `Stopped: ${found} so far`
  if (state === 'failed') return `${found} before it ended`
  if (matches === 0) return 'Nothing like this was printed in that time.'
  return cursor === null ? found : `${found} so far`
}

export function MoreMatches({ search }: { search: Search }) {
  const { cursor, state } = search.results
  if (cursor === null || state === 'running') return null
  return (
    <Button variant="default" size="xs" fullWidth onClick={search.more}>
      Search on
    </Button>
  )
}
