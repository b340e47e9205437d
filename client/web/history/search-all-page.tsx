import { Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { memo, useEffect, useMemo, useRef } from 'react'
import { gatewayNow } from '../api/gateway-clock.ts'
import { projectsQuery } from '../api/queries.ts'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { count } from '../words/count.ts'
import { MatchLine } from './match-line.tsx'
import { canBeAsked } from './mistakes.ts'
import { MoreMatches, SearchProgress } from './progress.tsx'
import { fragmentOf, type Question, questionOf } from './question.ts'
import type { Group } from './results.ts'
import classes from './search.module.css'
import { SearchForm } from './search-form.tsx'
import { type Search, useSearch } from './use-search.ts'

/** Which console printed this? The question stands in the address, so that it can be sent to a colleague. */
export function SearchAllPage() {
  const fragment = useLocation({ select: ({ hash }) => hash })
  const navigate = useNavigate()
  const question = useMemo(() => questionOf(fragment), [fragment])
  const search = useSearch(null)
  const latest = useRef(search)
  latest.current = search
  useEffect(() => {
    if (canBeAsked(question, gatewayNow())) latest.current.start(question)
    else latest.current.clear()
  }, [question])
  const ask = (asked: Question) => {
    const next = fragmentOf(asked)
    // The same question again looks at what was printed since.
    if (next === fragment) search.start(asked)
    else void navigate({ to: '/search', hash: next })
  }
  return (
    <Page>
      <PageHeader
        title="Search"
        description="In everything that the consoles you may see have printed. The address of this page holds the question: send it to whoever should see the answer."
      />
      <SearchForm
        label="Search all consoles"
        placeholder="mce: or Kernel panic"
        question={question}
        running={search.results.state === 'running'}
        autoFocus
        onSearch={ask}
        onStop={search.stop}
      >
        {(typed, change) => (
          <ProjectField value={typed.projectId} onChange={(projectId) => change({ projectId })} />
        )}
      </SearchForm>
      <Found search={search} question={question} />
    </Page>
  )
}

function ProjectField({ value, onChange }: { value: string; onChange(value: string): void }) {
  const { data: projects = [] } = useQuery(projectsQuery)
  return (
    <Select
      label="Project"
      placeholder="Every project"
      data={projects.map(({ id, name }) => ({ value: id, label: name }))}
      value={value === '' ? null : value}
      onChange={(chosen) => onChange(chosen ?? '')}
      clearable
    />
  )
}

function Found({ search, question }: { search: Search; question: Question }) {
  const { results } = search
  if (results.state === 'idle') {
    return (
      <p className={classes.empty}>
        Type what a console may have printed: a message, a serial number, an address.
      </p>
    )
  }
  const hash = fragmentOf({ ...question, projectId: '' })
  return (
    <div className={classes.groups}>
      <SearchProgress search={search} all />
      {results.groups.map((group) => (
        <Console key={group.deviceId} group={group} hash={hash} />
      ))}
      <MoreMatches search={search} />
    </div>
  )
}

/** Memorised: while others stream in, what is there is not drawn anew. */
const Console = memo(function Console({ group, hash }: { group: Group; hash: string }) {
  const { deviceId: id, deviceName, matches, more } = group
  return (
    <section className={classes.group} aria-label={deviceName}>
      <div className={classes.groupHead}>
        <h2 className="mono">
          <Link to="/devices/$id/history" params={{ id }} hash={hash}>
            {deviceName}
          </Link>
        </h2>
        <Text size="xs" c="dimmed">
          {more
            ? `the newest ${count(matches.length, 'match', 'matches')}`
            : count(matches.length, 'match', 'matches')}
        </Text>
        {more && (
          <Text size="xs">
            <Link to="/devices/$id/history" params={{ id }} hash={hash}>
              All matches on {deviceName}
            </Link>
          </Text>
        )}
      </div>
      <ol className={classes.matches}>
        {matches.map((match) => (
          <li key={match.offset}>
            <Link
              to="/devices/$id/history"
              params={{ id }}
              search={{ at: match.offset }}
              hash={hash}
              className={classes.match}
            >
              <MatchLine match={match} />
            </Link>
          </li>
        ))}
      </ol>
    </section>
  )
})
