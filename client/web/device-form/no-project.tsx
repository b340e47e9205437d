import { Button, Paper, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'

/** A device needs a project first. */
export function NoProject({ admin }: { admin: boolean }) {
  return (
    <Paper withBorder p="xl">
      <Text fw={600}>{admin ? 'First, a project' : 'You own no project'}</Text>
      <Text size="sm" c="dimmed" mt={4} maw={520}>
        {admin
          ? 'Each device belongs to a project, and the project’s members are who may see it.'
          : 'Devices are added by owners of a project. Ask the owner of the project that the server belongs to, or an instance admin.'}
      </Text>
      {admin && (
        <Button mt="md" renderRoot={(props) => <Link to="/projects" {...props} />}>
          Create a project
        </Button>
      )}
    </Paper>
  )
}
