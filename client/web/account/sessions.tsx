import { Button, Table, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Session } from '../../../server/contract/access.ts'
import { call } from '../api/call.ts'
import { sessionsQuery } from '../api/queries.ts'
import { Ago } from '../parts/ago.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import table from '../parts/table.module.css'
import { Tag } from '../parts/tag.tsx'
import { tellFailure } from '../parts/tell.ts'
import { browserOf } from '../words/browser.ts'
import { dateTime } from '../words/time.ts'

export function SessionTable() {
  const { data: sessions, error, refetch } = useQuery(sessionsQuery)
  if (error) return <FailureNotice error={error} title="The sessions could not be loaded" retry={refetch} />
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="Sessions">
        <Table.Tbody>
          {sessions?.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function SessionRow({ session }: { session: Session }) {
  const queryClient = useQueryClient()
  const end = useMutation({
    mutationFn: () => call('endSession', { params: { id: session.id } }),
    onError: (error) => tellFailure('The session goes on', error),
    onSettled: () => queryClient.invalidateQueries(sessionsQuery),
  })
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="md" fw={550} title={session.userAgent}>
          {browserOf(session.userAgent)}
        </Text>
        <Text size="sm" c="dimmed">
          <span className="mono">{session.address}</span> · signed in{' '}
          {dateTime(session.createdAt).slice(0, 16)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs" c="dimmed">
        seen <Ago at={session.lastSeenAt} />
      </Table.Td>
      <Table.Td className={table.actions}>
        {session.current ? (
          <Tag tone="good">This one</Tag>
        ) : (
          <Button
            size="xs"
            variant="default"
            loading={end.isPending}
            aria-label={`End the session from ${session.address}`}
            onClick={() => end.mutate()}
          >
            End
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
