import { Anchor, Button, Code, Group, Table, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Token } from '../../../server/contract/access.ts'
import { call } from '../api/call.ts'
import { tokensQuery } from '../api/queries.ts'
import { Ago } from '../parts/ago.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { useNow } from '../parts/now.ts'
import { ShownOnce } from '../parts/shown-once.tsx'
import table from '../parts/table.module.css'
import { tellFailure } from '../parts/tell.ts'
import { dateOnly } from '../words/time.ts'
import { NewTokenDialog } from './new-token.tsx'

export function Tokens() {
  const { data: tokens, error, refetch } = useQuery(tokensQuery)
  const [creating, setCreating] = useState(false)
  const [created, setCreated] = useState<{ name: string; secret: string }>()
  return (
    <>
      {error && <FailureNotice error={error} title="The tokens could not be loaded" retry={refetch} />}
      {tokens?.length === 0 && (
        <Text c="dimmed">
          None yet. A token is sent as <Code>Authorization: Bearer …</Code> and may do what you may, except
          manage tokens, sessions, passwords and users.
        </Text>
      )}
      {tokens && tokens.length > 0 && <TokenTable tokens={tokens} />}
      <Group gap="md">
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
          New token
        </Button>
        <Anchor size="sm" renderRoot={(props) => <Link to="/api-reference" {...props} />}>
          What the API can do
        </Anchor>
      </Group>
      {creating && <NewTokenDialog onClose={() => setCreating(false)} onCreated={setCreated} />}
      {created && (
        <ShownOnce
          title={`Token “${created.name}”`}
          label="API token"
          secret={created.secret}
          onClose={() => setCreated(undefined)}
        >
          Keep it where the program finds it and nobody else does. It may do what you may.
        </ShownOnce>
      )}
    </>
  )
}

function TokenTable({ tokens }: { tokens: Token[] }) {
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="API tokens">
        <Table.Tbody>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function TokenRow({ token }: { token: Token }) {
  const queryClient = useQueryClient()
  const confirm = useConfirm()
  const over = useNow() > token.expiresAt
  const revoke = useMutation({
    mutationFn: () => call('revokeToken', { params: { id: token.id } }),
    onError: (error) => tellFailure(`${token.name} was not revoked`, error),
    onSettled: () => queryClient.invalidateQueries(tokensQuery),
  })
  const ask = () =>
    confirm({
      title: `Revoke ${token.name}?`,
      text: 'Programs that use it are refused at once, and consoles they hold close within seconds.',
      button: 'Revoke token',
      run: () => revoke.mutate(),
    })
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="md" fw={550}>
          {token.name}
        </Text>
        <Text size="sm" c={over ? 'red' : 'dimmed'} className="numbers">
          {over ? 'expired' : 'expires'} {dateOnly(token.expiresAt)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs" c="dimmed">
        {token.lastUsedAt === null ? (
          'never used'
        ) : (
          <>
            used <Ago at={token.lastUsedAt} />
          </>
        )}
      </Table.Td>
      <Table.Td className={table.actions}>
        <Button
          size="xs"
          variant="default"
          aria-label={`Revoke ${token.name}`}
          onClick={ask}
          loading={revoke.isPending}
        >
          Revoke
        </Button>
      </Table.Td>
    </Table.Tr>
  )
}
