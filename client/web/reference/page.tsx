import { Anchor, Text, TextInput, Title } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type OpenApi, readOpenApi } from '../api/openapi.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Loading } from '../shell/loading.tsx'
import { chapters } from './arrange.ts'
import { EntryView } from './entry.tsx'
import classes from './reference.module.css'

/** The API as the gateway itself describes it, readable without any program of somebody else's. */
export function ReferencePage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['openapi'],
    queryFn: readOpenApi,
    staleTime: Infinity,
  })
  return (
    <Page narrow>
      <PageHeader
        title="API reference"
        description={
          <>
            What this gateway answers to programs. Sign in with a token of your account:{' '}
            <code>Authorization: Bearer TOKEN</code>. The same as a document for tools:{' '}
            <Anchor inherit underline="always" href="/api/openapi.json">
              openapi.json
            </Anchor>
          </>
        }
      />
      {error && <FailureNotice error={error} title="The reference could not be loaded" retry={refetch} />}
      {!data && !error && <Loading />}
      {data && <Reference document={data} />}
    </Page>
  )
}

function Reference({ document }: { document: OpenApi }) {
  const [search, setSearch] = useState('')
  const found = chapters(document, search)
  return (
    <>
      <TextInput
        aria-label="Find a route"
        placeholder="Find a route, as in: keys delete"
        leftSection={<IconSearch size={16} aria-hidden />}
        mb="lg"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {found.length === 0 && <Text c="dimmed">No route has all of these words.</Text>}
      {found.map(({ name, entries }) => (
        <section key={name} className={classes.chapter} aria-label={name}>
          <Title order={2} className={classes.name ?? ''}>
            {name}
          </Title>
          <div className={classes.entries}>
            {entries.map((entry) => (
              <EntryView key={entry.id} entry={entry} schemas={document.components.schemas} />
            ))}
          </div>
        </section>
      ))}
    </>
  )
}
