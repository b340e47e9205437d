import { Button, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Project } from '../../../server/contract/access.ts'
import { call } from '../api/call.ts'
import { projectsQuery } from '../api/queries.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { Section } from '../parts/section.tsx'
import { tellDone, tellFailure } from '../parts/tell.ts'

export function DeleteProject({ project }: { project: Project }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const confirm = useConfirm()
  const remove = useMutation({
    mutationFn: () => call('deleteProject', { params: { id: project.id } }),
    onSuccess: async () => {
      tellDone(`${project.name} is deleted`)
      await navigate({ to: '/projects' })
      queryClient.invalidateQueries(projectsQuery)
    },
    onError: (error) => tellFailure(`${project.name} was not deleted`, error),
  })
  const ask = () =>
    confirm({
      title: `Delete ${project.name}?`,
      text: 'Its members lose nothing else by this. It cannot be undone.',
      button: 'Delete project',
      run: () => remove.mutate(),
    })
  return (
    <Section title="Delete" description="Only once it has no devices.">
      {project.devices > 0 && (
        <Text size="sm" c="dimmed">
          Move its devices to another project or delete them first.
        </Text>
      )}
      <div>
        <Button
          variant="default"
          {...(project.devices > 0 ? {} : { c: 'var(--app-danger)' })}
          leftSection={<IconTrash size={16} />}
          disabled={project.devices > 0}
          loading={remove.isPending}
          onClick={ask}
        >
          Delete project
        </Button>
      </div>
    </Section>
  )
}
