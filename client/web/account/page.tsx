import { Button, Text } from '@mantine/core'
import { IconLogout2 } from '@tabler/icons-react'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { meQuery, sessionsQuery } from '../api/queries.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Section } from '../parts/section.tsx'
import { tellDone, tellFailure } from '../parts/tell.ts'
import { PasswordForm } from '../password/form.tsx'
import { SessionTable } from './sessions.tsx'
import { Tokens } from './tokens.tsx'

export function AccountPage() {
  const { data: me } = useSuspenseQuery(meQuery)
  const queryClient = useQueryClient()
  return (
    <Page narrow>
      <PageHeader title={me.name} description={`${me.email}${me.admin ? ' · instance admin' : ''}`} />
      <Section title="Password" description="Your other sessions end when it changes.">
        <div style={{ maxWidth: 400 }}>
          <PasswordForm
            email={me.email}
            button="Change password"
            onDone={() => {
              tellDone('Your password has changed')
              queryClient.invalidateQueries(sessionsQuery)
            }}
          />
        </div>
      </Section>
      <Section
        title="API tokens"
        description="For programs that act as you: the command line, scripts, monitoring."
      >
        <Tokens />
      </Section>
      <Section title="Sessions" description="Where you are signed in.">
        <SessionTable />
        <SignOutEverywhere />
      </Section>
    </Page>
  )
}

function SignOutEverywhere() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const confirm = useConfirm()
  const end = useMutation({
    mutationFn: () => call('signOutEverywhere', {}),
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: {} })
      queryClient.clear()
    },
    onError: (error) => tellFailure('Your sessions go on', error),
  })
  const ask = () =>
    confirm({
      title: 'Sign out everywhere?',
      text: 'Every session of yours ends, this one too, and every API token stops working. Your open consoles close within seconds.',
      button: 'Sign out everywhere',
      run: () => end.mutate(),
    })
  return (
    <div>
      <Button
        variant="default"
        c="var(--app-danger)"
        leftSection={<IconLogout2 size={16} />}
        loading={end.isPending}
        onClick={ask}
      >
        Sign out everywhere
      </Button>
      <Text size="sm" c="dimmed" mt={6}>
        For when a laptop is lost. Tokens stop working too.
      </Text>
    </div>
  )
}
