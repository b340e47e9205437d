import { Modal, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Project } from '../../../server/contract/access.ts'
import { limits } from '../../../server/contract/limits.ts'
import { call } from '../api/call.ts'
import { projectsQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { FormEnd } from '../parts/form-end.tsx'
import { useNow } from '../parts/now.ts'
import { dateTime } from '../words/time.ts'

/** Creates a project, or changes one. */
export function ProjectDialog({ project, onClose }: { project?: Project; onClose: () => void }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState(project?.name ?? '')
  const [hours, setHours] = useState<number | string>(project?.passwordHours ?? limits.passwordHoursMax)
  const [approval, setApproval] = useState(project?.recoveryApproval ?? false)
  const until = project?.recoveryApprovalUntil ?? 0
  const now = useNow()
  const body = { name, passwordHours: Number(hours), recoveryApproval: approval }
  const save = useMutation({
    mutationFn: () =>
      project ? call('editProject', { params: { id: project.id }, body }) : call('createProject', { body }),
    onSuccess: (saved) => {
      queryClient.invalidateQueries(projectsQuery)
      onClose()
      navigate({ to: '/projects/$id', params: { id: saved.id } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>{project ? 'Edit project' : 'New project'}</Text>}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {save.error && <FailureNotice error={save.error} title="The project was not saved" />}
          <TextInput
            label="Name"
            data-autofocus
            required
            withAsterisk={false}
            maxLength={limits.nameMaxLength}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NumberInput
            label="Hours for which root passwords can be shown"
            description="From when one was set, at most 24; then it is destroyed. Fewer hours hold at once, also for passwords that are kept already."
            min={1}
            max={limits.passwordHoursMax}
            clampBehavior="strict"
            allowDecimal={false}
            value={hours}
            onChange={setHours}
          />
          <Switch
            label="A recovery needs a second person’s approval"
            description="Of somebody else who may recover the device. Switched off, it holds for another day, and the audit has it."
            checked={approval}
            onChange={(event) => setApproval(event.currentTarget.checked)}
          />
          {until > now && <Text size="sm">It was switched off, and holds until {dateTime(until)}.</Text>}
          <FormEnd loading={save.isPending} disabled={name.trim() === '' || hours === ''} onClose={onClose}>
            {project ? 'Save' : 'Create project'}
          </FormEnd>
        </Stack>
      </form>
    </Modal>
  )
}
