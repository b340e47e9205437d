import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { User } from '../../../server/contract/access.ts'
import { type Body, call } from '../api/call.ts'
import { usersQuery } from '../api/queries.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { tellFailure } from '../parts/tell.ts'
import { TheirKeys } from '../push/their-keys.tsx'
import type { Handout } from './handout.ts'

/** What an admin can do to a user, each asked first where somebody would be thrown out. */
export function useUserActions(user: User, onHandout: (handout: Handout) => void) {
  const queryClient = useQueryClient()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const params = { id: user.id }
  const common = {
    onError: (error: Error) => tellFailure(`${user.name} was not changed`, error),
    onSettled: () => queryClient.invalidateQueries(usersQuery),
  }
  const edit = useMutation({
    ...common,
    mutationFn: (body: Body<'editUser'>) => call('editUser', { params, body }),
  })
  const remove = useMutation({ ...common, mutationFn: () => call('deleteUser', { params }) })
  const reset = useMutation({
    ...common,
    mutationFn: () => call('resetPassword', { params }),
    onSuccess: ({ password }) => onHandout({ name: user.name, password }),
  })
  return {
    toggleAdmin: () => edit.mutate({ admin: !user.admin }),
    toggleDisabled: () => {
      if (user.disabled) return edit.mutate({ disabled: false })
      confirm({
        title: `Lock ${user.name} out?`,
        text: (
          <TheirKeys userId={user.id} navigate={navigate}>
            Their sessions, tokens and open consoles end within seconds. They can be let in again.
          </TheirKeys>
        ),
        button: 'Lock out',
        run: () => edit.mutate({ disabled: true }),
      })
    },
    resetPassword: () =>
      confirm({
        title: `New password for ${user.name}?`,
        text: 'The one they have stops working, and their sessions end.',
        button: 'Generate password',
        run: () => reset.mutate(),
      }),
    remove: () =>
      confirm({
        title: `Delete ${user.name}?`,
        text: (
          <TheirKeys userId={user.id} navigate={navigate}>
            Their memberships, sessions and tokens are removed. What they did stays in the audit.
          </TheirKeys>
        ),
        button: 'Delete user',
        run: () => remove.mutate(),
      }),
  }
}
