import { Button, Code, Paper, Text, Title } from '@mantine/core'
import { IconPlus, IconRouteAltLeft, IconSearchOff, IconServer2, IconTerminal2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import classes from '../parts/empty.module.css'
import type { Filter } from './use-filter.ts'

const lessons = [
  {
    icon: IconServer2,
    title: 'A device is one server',
    text: 'It has a name, belongs to a project, and the members of that project may see it.',
  },
  {
    icon: IconRouteAltLeft,
    title: 'A transport is the way to its console',
    text: 'Serial over LAN of its BMC, ssh to a BMC or terminal server, telnet, a socket, or a serial port of the gateway.',
  },
  {
    icon: IconTerminal2,
    title: 'From then on the line is held',
    text: 'Everything it prints is kept, whether anybody watches or not. Open it here, and close the laptop without missing a byte.',
  },
]

/** What the list is before the first device: a lesson, and the two ways to begin. */
export function NoDevices({ mayAdd }: { mayAdd: boolean }) {
  return (
    <Paper withBorder className={classes.empty ?? ''}>
      <Title order={2} size="1.25rem">
        {mayAdd ? 'Add the first device' : 'No devices yet'}
      </Title>
      <Text c="dimmed" mt={4} maw={520}>
        {mayAdd
          ? 'Lifeline keeps a line to the serial console of each of your servers.'
          : 'You are in no project that has devices. Ask the owner of a project to add you to it by your e-mail address.'}
      </Text>
      <ol className={classes.lessons}>
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
        <>
          <Button
            size="md"
            leftSection={<IconPlus size={18} />}
            renderRoot={(props) => <Link to="/devices/new" {...props} />}
          >
            Add device
          </Button>
          <Text size="sm" c="dimmed" mt="md">
            Only looking? Start the gateway with <Code>./scripts/start --demo</Code>: it brings two devices to
            try, or add one with the transport <b>Demo</b>.
          </Text>
        </>
      )}
    </Paper>
  )
}

export function NoMatch({ filter }: { filter: Filter }) {
  return (
    <Paper withBorder className={classes.nothing ?? ''}>
      <IconSearchOff size={26} stroke={1.5} aria-hidden />
      <Text fw={600} mt="xs">
        {filter.query === '' ? 'No device is in this state' : `No device matches “${filter.query}”`}
      </Text>
      <Text size="sm" c="dimmed">
        The filter looks at names, projects, descriptions, addresses and states
        {filter.group ? ', within one state' : ''}.
      </Text>
      <Button variant="default" size="xs" mt="md" onClick={filter.clear}>
        Show all devices
      </Button>
    </Paper>
  )
}
