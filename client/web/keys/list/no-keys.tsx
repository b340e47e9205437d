import { Button, Group, Paper, Text, Title } from '@mantine/core'
import { IconKey, IconPlus, IconServerBolt, IconSparkles, IconUsers } from '@tabler/icons-react'
import type { KeyOwner } from '../../api/keys.ts'
import empty from '../../parts/empty.module.css'
import type { KeyDialog } from '../add-menu.tsx'

const lessons = [
  {
    icon: IconKey,
    title: 'Any public key is read',
    text: 'What ssh-keygen, PuTTYgen or OpenSSL made, pasted or dropped. A private key is caught in this page, before it is sent.',
  },
  {
    icon: IconUsers,
    title: 'Keys follow the people',
    text: 'A server gets the keys of its project, and of the people who own it or work on it. Whoever leaves the project is off the list.',
  },
  {
    icon: IconServerBolt,
    title: 'New servers have them at once',
    text: 'At its first boot a server gets exactly these keys. Each server’s page says who can log in there, and why.',
  },
]

interface Props {
  owner: KeyOwner
  mayAdd: boolean
  onDialog: (dialog: KeyDialog) => void
}

/** What the list is before the first key. A project's is short: its page has told the rest. */
export function NoKeys({ owner, mayAdd, onDialog }: Props) {
  if (owner.kind === 'project') {
    return (
      <Text c="dimmed">
        None. Keys that belong to nobody in particular go here: of a deploy robot, a backup, a break-glass
        card.
      </Text>
    )
  }
  return (
    <Paper withBorder className={empty.empty ?? ''}>
      <Title order={2} size="1.25rem">
        Add your first key
      </Title>
      <Text c="dimmed" mt={4} maw={520}>
        With it you log in as root on the servers of your projects, without a password.
      </Text>
      <ol className={empty.lessons}>
        {lessons.map(({ icon: Icon, title, text }) => (
          <li key={title}>
            <Icon size={22} stroke={1.6} aria-hidden />
            <Text fw={600}>{title}</Text>
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          </li>
        ))}
      </ol>
      {mayAdd && (
        <Group gap="sm">
          <Button size="md" leftSection={<IconPlus size={18} />} onClick={() => onDialog({ open: 'add' })}>
            Add a key I have
          </Button>
          <Button
            size="md"
            variant="default"
            leftSection={<IconSparkles size={18} />}
            onClick={() => onDialog({ open: 'generate' })}
          >
            Generate one here
          </Button>
        </Group>
      )}
    </Paper>
  )
}
