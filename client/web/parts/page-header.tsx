import { Box, Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'

interface Props {
  title: string
  description?: ReactNode
  actions?: ReactNode
}

/** The head of a page: its one h1, a line of explanation, and what can be done. Names the tab too. */
export function PageHeader({ title, description, actions }: Props) {
  useDocumentTitle(`${title} · Lifeline`)
  return (
    <Group justify="space-between" align="flex-start" gap="md" mb="lg" wrap="wrap">
      <Box maw={620}>
        <Title order={1}>{title}</Title>
        {description && (
          <Text c="dimmed" mt={2} size="md">
            {description}
          </Text>
        )}
      </Box>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  )
}
