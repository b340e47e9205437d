import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import { type Body, call } from '../api/call.ts'
import { powerQuery } from '../api/power.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { tellFailure } from '../parts/tell.ts'
import type { OfferedAct } from './acts.ts'

/** Asks by the machine's name, and orders. */
export function useOrder({ id, name }: Device): (offered: OfferedAct) => void {
  const queryClient = useQueryClient()
  const confirm = useConfirm()
  const { queryKey } = powerQuery(id)
  const order = useMutation({
    mutationFn: (body: Body<'switchPower'>) => call('switchPower', { params: { id }, body }),
    onSuccess: (run) => {
      queryClient.setQueryData(queryKey, (view) => view && { ...view, run })
      return queryClient.invalidateQueries({ queryKey })
    },
    onError: (error) => {
      tellFailure(`${name} was not switched`, error)
      return queryClient.invalidateQueries({ queryKey })
    },
  })
  return ({ label, act, does, harsh }) =>
    confirm({
      title: `${label}: ${name}?`,
      text: does,
      button: label,
      typed: name,
      ...(!harsh && { color: 'line' }),
      run: () => order.mutate({ act, confirm: name }),
    })
}
