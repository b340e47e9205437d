import { Button, Paper, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'

/** A device needs a project first, and somebody who may say where the gateway connects to. */
export function NoProject({ admin, owner }: { admin: boolean; owner: boolean }) {
  const { title, text } = admin ? words.admin : owner ? words.owner : words.nobody
  return (
    <Paper withBorder p="xl">
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" mt={4} maw={520}>
        {text}
      </Text>
      {admin && (
        <Button mt="md" renderRoot={(props) => <Link to="/projects" {...props} />}>
          Create a project
        </Button>
      )}
    </Paper>
  )
}

const words = {
  admin: {
    title: 'First, a project',
    text: 'Each device belongs to a project, and the project’s members are who may see it.',
  },
  owner: {
    title: 'Only instance admins add devices here',
    text: 'On this gateway owners do not say how a console is reached (owners_may_define_devices is false). Ask an instance admin to add the device to your project.',
  },
  nobody: {
    title: 'You own no project',
    text: 'Devices are added by owners of a project. Ask the owner of the project that the server belongs to, or an instance admin.',
  },
}
