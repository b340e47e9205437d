import { Checkbox, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { newUser } from '../../../server/contract/access.ts'
import { type Body, call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { usersQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'
import { fieldErrors, unplaced } from '../parts/mistakes.ts'
import type { Handout } from './handout.ts'

export function NewUserDialog({
  onClose,
  onHandout,
}: {
  onClose: () => void
  onHandout: (handout: Handout) => void
}) {
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { email: '', name: '', admin: false } })
  const create = useMutation({
    mutationFn: (body: Body<'createUser'>) => call('createUser', { body }),
    onSuccess: ({ user, password }) => {
      queryClient.invalidateQueries(usersQuery)
      onClose()
      onHandout({ name: user.name, password })
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  const submit = form.onSubmit((values) => {
    const checked = check(newUser, values)
    if (checked.ok) create.mutate(checked.request)
    else form.setErrors(checked.errors)
  })
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Add a user</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {create.error && unplaced(create.error, ['email', 'name']) && (
            <FailureNotice error={create.error} title="The user was not added" />
          )}
          <TextInput label="Name" data-autofocus autoComplete="off" {...form.getInputProps('name')} />
          <TextInput
            label="E-mail"
            description="They sign in with it. No mail is ever sent."
            type="email"
            autoComplete="off"
            {...form.getInputProps('email')}
          />
          <Checkbox
            label="Instance admin"
            description="May everything everywhere: users, all projects, local transports"
            {...form.getInputProps('admin', { type: 'checkbox' })}
          />
          <FormEnd loading={create.isPending} onClose={onClose}>
            Add user
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
