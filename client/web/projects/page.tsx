import { Button, Paper, Table, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Project } from '../../../server/contract/access.ts'
import { meQuery, projectsQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import table from '../parts/table.module.css'
import { Tag } from '../parts/tag.tsx'
import { Loading } from '../shell/loading.tsx'
import { count } from '../words/count.ts'
import { ProjectDialog } from './project-dialog.tsx'
import { roleWords } from './roles.ts'

export function ProjectsPage() {
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: projects, error, refetch } = useQuery(projectsQuery)
  const [creating, setCreating] = useState(false)
  return (
    <Page narrow>
      <PageHeader
        title="Projects"
        description="A project holds devices, and the people who may see them, type on them or manage them."
        actions={
          me.admin && (
            <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
              New project
            </Button>
          )
        }
      />
      {error && <FailureNotice error={error} title="The projects could not be loaded" retry={refetch} />}
      {!projects && !error && <Loading />}
      {projects?.length === 0 && <NoProjects admin={me.admin} />}
      {projects && projects.length > 0 && <ProjectTable projects={projects} />}
      {creating && <ProjectDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}

function ProjectTable({ projects }: { projects: Project[] }) {
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="Projects">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Project</Table.Th>
            <Table.Th w={140}>Devices</Table.Th>
            <Table.Th w={180}>You are</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {projects.map((project) => (
            <Table.Tr key={project.id} className={table.link}>
              <Table.Td>
                <Link to="/projects/$id" params={{ id: project.id }} className={table.cover}>
                  {project.name}
                </Link>
              </Table.Td>
              <Table.Td className="numbers">{count(project.devices, 'device')}</Table.Td>
              <Table.Td>
                <Tag>{project.role ? roleWords[project.role].label : 'Instance admin'}</Tag>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function NoProjects({ admin }: { admin: boolean }) {
  return (
    <Paper withBorder p="xl">
      <Text fw={600}>No projects yet</Text>
      <Text size="sm" c="dimmed" mt={4} maw={520}>
        {admin
          ? 'Create one for each group of servers that the same people look after, then add devices and members to it.'
          : 'You are a member of none. Ask the owner of a project to add you by the e-mail address you sign in with.'}
      </Text>
    </Paper>
  )
}
