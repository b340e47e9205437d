import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { meQuery, usersQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { ShownOnce } from '../parts/shown-once.tsx'
import { Loading } from '../shell/loading.tsx'
import type { Handout } from './handout.ts'
import { NewUserDialog } from './new-user.tsx'
import { UserTable } from './user-table.tsx'

export function UsersPage() {
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: users, error, refetch } = useQuery(usersQuery)
  const [adding, setAdding] = useState(false)
  const [handout, setHandout] = useState<Handout>()
  return (
    <Page narrow>
      <PageHeader
        title="Users"
        description="Everybody who may sign in. What they see is decided by the projects they are in."
        actions={
          <Button leftSection={<IconUserPlus size={16} />} onClick={() => setAdding(true)}>
            Add user
          </Button>
        }
      />
      {error && <FailureNotice error={error} title="The users could not be loaded" retry={refetch} />}
      {!users && !error && <Loading />}
      {users && <UserTable users={users} myId={me.id} onHandout={setHandout} />}
      {adding && <NewUserDialog onClose={() => setAdding(false)} onHandout={setHandout} />}
      {handout && (
        <ShownOnce
          title={`Password for ${handout.name}`}
          label="Generated password"
          secret={handout.password}
          onClose={() => setHandout(undefined)}
        >
          Give it to {handout.name} on a way you trust. At the first sign-in they must choose one of their
          own.
        </ShownOnce>
      )}
    </Page>
  )
}
