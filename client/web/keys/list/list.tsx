import { Button, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PortalKey } from '../../../../server/contract/keys.ts'
import { type KeyOwner, keysQuery } from '../../api/keys.ts'
import { FailureNotice } from '../../parts/failure-notice.tsx'
import table from '../../parts/table.module.css'
import { Loading } from '../../shell/loading.tsx'
import { count } from '../../words/count.ts'
import type { KeyDialog } from '../add-menu.tsx'
import { NoKeys } from './no-keys.tsx'
import { KeyRow } from './row.tsx'

/** From how many keys on a list is searched rather than read. */
const manyKeys = 8

interface Props {
  owner: KeyOwner
  mayAdd: boolean
  onDialog: (dialog: KeyDialog) => void
}

/** The keys of a person or a project. */
export function KeyList({ owner, mayAdd, onDialog }: Props) {
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search, 200)
  const query = useInfiniteQuery({ ...keysQuery(owner, asked), placeholderData: keepPreviousData })
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query
  if (error) return <FailureNotice error={error} title="The keys could not be loaded" retry={refetch} />
  if (!data) return <Loading />
  const keys = data.pages.flatMap((page) => page.keys)
  const total = data.pages[0]?.total ?? 0
  if (total === 0 && search === '') return <NoKeys owner={owner} mayAdd={mayAdd} onDialog={onDialog} />
  return (
    <>
      {(total > manyKeys || search !== '') && (
        <TextInput
          aria-label="Find a key"
          placeholder="Label, comment or fingerprint"
          leftSection={<IconSearch size={16} aria-hidden />}
          maw={360}
          mb="sm"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {keys.length === 0 ? (
        <Text c="dimmed">No key has this in its label, comment or fingerprint.</Text>
      ) : (
        <KeyTable keys={keys} />
      )}
      {hasNextPage && (
        <Button mt="sm" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more of {count(total, 'key')}
        </Button>
      )}
    </>
  )
}

function KeyTable({ keys }: { keys: PortalKey[] }) {
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="SSH keys">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Key</Table.Th>
            <Table.Th w={130} visibleFrom="sm">
              Expires
            </Table.Th>
            <Table.Th w={150} visibleFrom="md">
              Last pushed
            </Table.Th>
            <Table.Th w={130} visibleFrom="sm">
              Found on
            </Table.Th>
            <Table.Th w={60}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} portalKey={key} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
