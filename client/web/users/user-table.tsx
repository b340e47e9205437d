import { ActionIcon, Group, Menu, Table, Text, VisuallyHidden } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { User } from '../../../server/contract/access.ts'
import { PersonDot } from '../parts/person.tsx'
import table from '../parts/table.module.css'
import { Tag } from '../parts/tag.tsx'
import { dateOnly } from '../words/time.ts'
import type { Handout } from './handout.ts'
import { useUserActions } from './user-actions.tsx'

interface Props {
  users: User[]
  myId: string
  onHandout: (handout: Handout) => void
}

export function UserTable({ users, myId, onHandout }: Props) {
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="Users">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>User</Table.Th>
            <Table.Th>Standing</Table.Th>
            <Table.Th visibleFrom="sm">Since</Table.Th>
            <Table.Th className={table.actions}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <UserRow key={user.id} user={user} myself={user.id === myId} onHandout={onHandout} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function UserRow({
  user,
  myself,
  onHandout,
}: {
  user: User
  myself: boolean
  onHandout: Props['onHandout']
}) {
  const actions = useUserActions(user, onHandout)
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          <PersonDot decorative userId={user.id} name={user.name} size={30} />
          <div style={{ minWidth: 0 }}>
            <Text size="md" fw={550}>
              {user.name}
              {myself && (
                <Text span c="dimmed">
                  {' '}
                  (you)
                </Text>
              )}
            </Text>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {user.email}
            </Text>
          </div>
        </Group>
      </Table.Td>
      <Table.Td>
        <Standing user={user} />
      </Table.Td>
      <Table.Td visibleFrom="sm" c="dimmed" className="numbers">
        {dateOnly(user.createdAt)}
      </Table.Td>
      <Table.Td className={table.actions}>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={`Actions for ${user.name}`} size="md">
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={actions.resetPassword}>Generate a new password</Menu.Item>
            {!myself && (
              <>
                <Menu.Item onClick={actions.toggleAdmin}>
                  {user.admin ? 'Take admin rights away' : 'Make instance admin'}
                </Menu.Item>
                <Menu.Item onClick={actions.toggleDisabled}>
                  {user.disabled ? 'Let in again' : 'Lock out'}
                </Menu.Item>
                <Menu.Divider />
                <Menu.Item color="red" onClick={actions.remove}>
                  Delete user
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  )
}

function Standing({ user }: { user: User }) {
  return (
    <Group gap={6}>
      {user.admin && <Tag tone="busy">Instance admin</Tag>}
      {user.disabled && <Tag tone="danger">Locked out</Tag>}
      {user.mustChangePassword && !user.disabled && <Tag tone="trouble">Has not chosen a password</Tag>}
      {!user.admin && !user.disabled && !user.mustChangePassword && <Text c="dimmed">Member</Text>}
    </Group>
  )
}
