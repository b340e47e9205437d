import { Button, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { limits } from '../../../server/contract/limits.ts'
import { call } from '../api/call.ts'
import { meQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { fieldErrors, unplaced } from '../parts/mistakes.ts'

interface Props {
  email: string
  button: string
  onDone: () => void
}

/** Current and new password, the new one twice. */
export function PasswordForm({ email, button, onDone }: Props) {
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { current: '', next: '', again: '' },
    validate: {
      next: (next, { current }) => {
        if (next.length < limits.passwordMinLength) return 'Too short'
        return next === current ? 'This is the one you have now' : null
      },
      again: (again, { next }) => (again === next ? null : 'The two are not the same'),
    },
  })
  const change = useMutation({
    mutationFn: ({ current, next }: { current: string; next: string }) =>
      call('changePassword', { body: { current, next } }),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me)
      form.reset()
      onDone()
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} aria-label="Change password">
      <Stack gap="md">
        {change.error && unplaced(change.error, ['current', 'next']) && (
          <FailureNotice error={change.error} title="Your password has not changed" />
        )}
        {/* Password managers want to know whose password this is. */}
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          {...form.getInputProps('current')}
        />
        <PasswordInput
          label="New password"
          autoComplete="new-password"
          required
          withAsterisk={false}
          description={`At least ${limits.passwordMinLength} characters. A few unrelated words are good.`}
          {...form.getInputProps('next')}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          required
          withAsterisk={false}
          {...form.getInputProps('again')}
        />
        <Button type="submit" mt={4} size="md" fullWidth loading={change.isPending}>
          {button}
        </Button>
      </Stack>
    </form>
  )
}
