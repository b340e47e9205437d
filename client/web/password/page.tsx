import { Anchor, Text } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { meQuery } from '../api/queries.ts'
import { tellDone } from '../parts/tell.ts'
import { Gate } from '../sign-in/gate.tsx'
import { PasswordForm } from './form.tsx'

/** The first sign-in with a generated password ends here until the person has one of their own. */
export function PasswordPage() {
  useDocumentTitle('Choose a password · Lifeline')
  const { to } = useSearch({ from: '/password' })
  const { data: me } = useSuspenseQuery(meQuery)
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const leave = async () => {
    await call('signOut', {}).catch(() => {})
    await navigate({ to: '/sign-in', search: {} })
    queryClient.clear()
  }
  return (
    <Gate
      title="Choose your password"
      description={
        me.mustChangePassword
          ? 'The one you signed in with was generated and others may have seen it. It works for nothing else.'
          : 'Your other sessions end when it changes.'
      }
    >
      <PasswordForm
        email={me.email}
        button="Set password and go on"
        onDone={() => {
          tellDone('Your password is set')
          navigate({ href: to ?? '/', replace: true })
        }}
      />
      <Text size="sm" mt="lg" ta="center" c="dimmed">
        Not {me.email}?{' '}
        <Anchor component="button" type="button" size="sm" onClick={leave}>
          Sign out
        </Anchor>
      </Text>
    </Gate>
  )
}
