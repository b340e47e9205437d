import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Project } from '../../../server/contract/access.ts'
import { limits } from '../../../server/contract/limits.ts'
import { call } from '../api/call.ts'
import { projectsQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'

/** Creates a project, or renames one. */
export function ProjectDialog({ project, onClose }: { project?: Project; onClose: () => void }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState(project?.name ?? '')
  const save = useMutation({
    mutationFn: () =>
      project
        ? call('editProject', { params: { id: project.id }, body: { name } })
        : call('createProject', { body: { name } }),
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
    <Modal
      opened
      onClose={onClose}
      title={<Text fw={600}>{project ? 'Rename project' : 'New project'}</Text>}
    >
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
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
              {project ? 'Rename' : 'Create project'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
