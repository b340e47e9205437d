import { Anchor, Button, Text } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Project } from '../../../server/contract/access.ts'
import { Failure } from '../api/failure.ts'
import { membersQuery, meQuery, projectsQuery } from '../api/queries.ts'
import { NotFoundPage } from '../not-found/page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Section } from '../parts/section.tsx'
import { Loading } from '../shell/loading.tsx'
import { count } from '../words/count.ts'
import { AddMember } from './add-member.tsx'
import { DeleteProject } from './delete-project.tsx'
import { MemberTable } from './member-table.tsx'
import { ProjectDialog } from './project-dialog.tsx'
import { ProjectKeys } from './project-keys.tsx'

/** One project: its name, its members, its end. */
export function MembersPage() {
  const { id } = useParams({ from: '/app/projects/$id' })
  const { data: projects, error, refetch } = useQuery(projectsQuery)
  const project = projects?.find((one) => one.id === id)
  if (error) return <FailureNotice error={error} title="The project could not be loaded" retry={refetch} />
  if (!projects) return <Loading />
  return project ? <ProjectView project={project} /> : <NotFoundPage />
}

function ProjectView({ project }: { project: Project }) {
  const { data: me } = useSuspenseQuery(meQuery)
  const [editing, setEditing] = useState(false)
  const manages = me.admin || project.role === 'owner'
  return (
    <Page narrow>
      <Anchor component={Link} to="/projects" size="sm" c="dimmed">
        Projects
      </Anchor>
      <PageHeader
        title={project.name}
        description={<Devices project={project} />}
        actions={
          manages && (
            <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setEditing(true)}>
              Edit
            </Button>
          )
        }
      />
      <Members project={project} manages={manages} myId={me.id} />
      <ProjectKeys project={project} manages={manages} />
      {manages && <DeleteProject project={project} />}
      {editing && <ProjectDialog project={project} onClose={() => setEditing(false)} />}
    </Page>
  )
}

function Devices({ project }: { project: Project }) {
  if (project.devices === 0) return 'No devices yet.'
  return (
    <Anchor renderRoot={(props) => <Link to="/" search={{ q: project.name }} {...props} />}>
      {count(project.devices, 'device')}
    </Anchor>
  )
}

function Members({ project, manages, myId }: { project: Project; manages: boolean; myId: string }) {
  const { data: members, error, refetch } = useQuery(membersQuery(project.id))
  const forbidden = error instanceof Failure && error.code === 'forbidden'
  return (
    <Section title="Members" description="Who may see this project’s devices, and what else they may do.">
      {manages && <AddMember projectId={project.id} />}
      {forbidden && <Text c="dimmed">{error.message}</Text>}
      {error && !forbidden && (
        <FailureNotice error={error} title="The members could not be loaded" retry={refetch} />
      )}
      {members && <MemberTable project={project} members={members} manages={manages} myId={myId} />}
    </Section>
  )
}
