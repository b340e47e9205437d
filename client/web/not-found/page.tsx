import { Anchor, Button, Center, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { Logo } from '../parts/logo.tsx'

interface Props {
  title?: string
  /** What the gateway said, where it said something. */
  message?: string
}

/** For addresses that lead nowhere, and for what the gateway says is not there. */
export function NotFoundPage({
  title = 'There is nothing here',
  message = 'The address leads nowhere, or to something that you may not see.',
}: Props) {
  useDocumentTitle('Not found · Lifeline')
  return (
    <Center mih="70vh" p="lg">
      <Stack align="center" gap="sm" maw={420} ta="center">
        <Logo size={44} />
        <Title order={1} mt="sm">
          {title}
        </Title>
        <Text c="dimmed">{message}</Text>
        <Button mt="md" renderRoot={(props) => <Link to="/" {...props} />}>
          All devices
        </Button>
        <Anchor component={Link} to="/projects" size="sm" c="dimmed">
          Which projects am I in?
        </Anchor>
      </Stack>
    </Center>
  )
}
