import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { meQuery } from '../api/queries.ts'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { AddMenu, type KeyDialog, KeyDialogs } from './add-menu.tsx'
import { KeyList } from './list/list.tsx'

const mine = { kind: 'person' } as const

/** One's own keys. */
export function KeysPage() {
  const { data: me } = useSuspenseQuery(meQuery)
  const [dialog, setDialog] = useState<KeyDialog | null>(null)
  return (
    <Page>
      <PageHeader
        title="SSH keys"
        description="Your public keys. They belong on every server of the projects that you own or work on; each server’s page says which are handed out there."
        actions={<AddMenu onDialog={setDialog} />}
      />
      <KeyList owner={mine} onDialog={setDialog} mayAdd />
      <KeyDialogs owner={mine} comment={me.email} dialog={dialog} onDialog={setDialog} />
    </Page>
  )
}
