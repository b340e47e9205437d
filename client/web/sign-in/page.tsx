import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call } from '../api/call.ts'
import { Failure } from '../api/failure.ts'
import { meQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Gate } from './gate.tsx'
import { useLockout } from './lockout.ts'

export function SignInPage() {
  useDocumentTitle('Sign in · Lifeline')
  const { to } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({
    mutationFn: () => call('signIn', { body: { email, password } }),
    onSuccess: (me) => {
      queryClient.clear()
      queryClient.setQueryData(meQuery.queryKey, me)
      navigate({ href: to ?? '/', replace: true })
    },
  })
  const lockedFor = useLockout(signIn.error, signIn.submittedAt)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <Gate
      title="Sign in"
      description={to ? 'Your session is over. Sign in to go on where you were.' : undefined}
    >
      <form onSubmit={submit} aria-label="Sign in">
        <Stack gap="md">
          {signIn.error && (
            <FailureNotice error={signIn.error} title={refusal(signIn.error)}>
              {lockedFor > 0 && <span className="numbers">You can try again in {lockedFor} s.</span>}
            </FailureNotice>
          )}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button
            type="submit"
            fullWidth
            size="md"
            mt={4}
            loading={signIn.isPending}
            disabled={lockedFor > 0}
          >
            {lockedFor > 0 ? `Wait ${lockedFor} s` : 'Sign in'}
          </Button>
        </Stack>
      </form>
    </Gate>
  )
}

function refusal(error: Error): string {
  if (!(error instanceof Failure)) return 'You are not signed in'
  if (error.code === 'try-later') return 'Too many tries'
  return error.code === 'wrong-credentials' ? 'That did not match' : 'You are not signed in'
}
