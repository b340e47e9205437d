import { Button, Group, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { memberInput, type Role } from '../../../server/contract/access.ts'
import { call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { membersQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { fieldErrors, unplaced } from '../parts/mistakes.ts'
import { roleOptions, roleWords } from './roles.ts'

/** By e-mail, since owners need not see the list of users. */
export function AddMember({ projectId }: { projectId: string }) {
  const queryClient = useQueryClient()
  const form = useForm<{ email: string; role: Role }>({ initialValues: { email: '', role: 'collaborator' } })
  const add = useMutation({
    mutationFn: (body: { email: string; role: Role }) =>
      call('setMember', { params: { id: projectId }, body }),
    onSuccess: (members) => {
      queryClient.setQueryData(membersQuery(projectId).queryKey, members)
      form.setFieldValue('email', '')
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  const submit = form.onSubmit((values) => {
    const checked = check(memberInput, values)
    if (checked.ok) add.mutate(checked.request)
    else form.setErrors(checked.errors)
  })
  return (
    <form onSubmit={submit} noValidate aria-label="Add a member">
      {add.error && unplaced(add.error, ['email', 'role']) && (
        <FailureNotice error={add.error} title="Nobody was added" />
      )}
      <Group align="flex-start" gap="sm" mt={add.error ? 'sm' : 0}>
        <TextInput
          flex="1 1 220px"
          aria-label="E-mail of the new member"
          placeholder="colleague@example.org"
          type="email"
          autoComplete="off"
          {...form.getInputProps('email')}
        />
        <Select
          w={150}
          aria-label="Role of the new member"
          data={roleOptions}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <Button type="submit" loading={add.isPending}>
          Add member
        </Button>
      </Group>
      <p style={{ margin: '6px 0 0', fontSize: 12, color: 'var(--mantine-color-dimmed)' }}>
        {roleWords[form.values.role].label}: {roleWords[form.values.role].about}.
      </p>
    </form>
  )
}
