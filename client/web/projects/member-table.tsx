import { ActionIcon, Group, Select, Table, Text, Tooltip } from '@mantine/core'
import { IconUserMinus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Member, Project, Role } from '../../../server/contract/access.ts'
import { call } from '../api/call.ts'
import { membersQuery, projectsQuery } from '../api/queries.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { PersonDot } from '../parts/person.tsx'
import table from '../parts/table.module.css'
import { tellFailure } from '../parts/tell.ts'
import { TheirKeys } from '../push/their-keys.tsx'
import { roleOptions, roleWords } from './roles.ts'

interface Props {
  project: Project
  members: Member[]
  manages: boolean
  myId: string
}

export function MemberTable({ project, members, manages, myId }: Props) {
  if (members.length === 0) {
    return <Text c="dimmed">Nobody yet: only instance admins see this project.</Text>
  }
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="Members">
        <Table.Tbody>
          {members.map((member) => (
            <MemberRow
              key={member.userId}
              project={project}
              member={member}
              manages={manages}
              myself={member.userId === myId}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

interface RowProps {
  project: Project
  member: Member
  manages: boolean
  myself: boolean
}

function MemberRow({ project, member, manages, myself }: RowProps) {
  const { setRole, remove } = useMemberChanges(project, member)
  return (
    <Table.Tr>
      {/* As wide as what the other cells leave: a long address is cut, and the buttons stay in sight on a phone. */}
      <Table.Td w="100%" maw={0}>
        <Group gap="sm" wrap="nowrap">
          <PersonDot decorative userId={member.userId} name={member.name} size={30} />
          <div style={{ minWidth: 0 }}>
            <Text size="md" fw={550} truncate>
              {member.name}
              {myself && (
                <Text span c="dimmed">
                  {' '}
                  (you)
                </Text>
              )}
            </Text>
            <Text size="sm" c="dimmed" truncate>
              {member.email}
            </Text>
          </div>
        </Group>
      </Table.Td>
      <Table.Td w={160} miw={140}>
        {manages ? (
          <Select
            aria-label={`Role of ${member.name}`}
            size="xs"
            data={roleOptions}
            value={member.role}
            allowDeselect={false}
            onChange={(role) => role && setRole(role)}
          />
        ) : (
          <Tooltip label={roleWords[member.role].about}>
            <Text>{roleWords[member.role].label}</Text>
          </Tooltip>
        )}
      </Table.Td>
      <Table.Td className={table.actions}>
        {(manages || myself) && (
          <Tooltip label={myself ? 'Leave the project' : 'Remove from the project'}>
            <ActionIcon aria-label={`Remove ${member.name}`} onClick={() => remove(myself)}>
              <IconUserMinus size={17} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

function useMemberChanges(project: Project, member: Member) {
  const queryClient = useQueryClient()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const changed = () => {
    queryClient.invalidateQueries(membersQuery(project.id))
    queryClient.invalidateQueries(projectsQuery)
  }
  const set = useMutation({
    mutationFn: (role: Role) =>
      call('setMember', { params: { id: project.id }, body: { email: member.email, role } }),
    onError: (error) => tellFailure(`The role of ${member.name} has not changed`, error),
    onSettled: changed,
  })
  const remove = useMutation({
    mutationFn: () => call('removeMember', { params: { id: project.id, userId: member.userId } }),
    onError: (error) => tellFailure(`${member.name} is still a member`, error),
    onSettled: changed,
  })
  const ask = (myself: boolean) =>
    confirm({
      title: myself ? `Leave ${project.name}?` : `Remove ${member.name} from ${project.name}?`,
      text: (
        <TheirKeys userId={member.userId} projectId={project.id} navigate={navigate}>
          {`${myself ? 'Your' : 'Their'} open consoles of this project end within seconds.`}
        </TheirKeys>
      ),
      button: myself ? 'Leave project' : 'Remove member',
      run: () => remove.mutate(),
    })
  const changeRole = (role: Role) => {
    if (role !== 'watcher' || member.role === 'watcher') set.mutate(role)
    else
      confirm({
        title: `Let ${member.name} only watch ${project.name}?`,
        text: (
          <TheirKeys userId={member.userId} projectId={project.id} navigate={navigate}>
            Their personal keys are handed out on its servers no more.
          </TheirKeys>
        ),
        button: 'Make watcher',
        run: () => set.mutate(role),
      })
  }
  return { setRole: changeRole, remove: ask }
}
