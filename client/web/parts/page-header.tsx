import { Box, Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { tabTitle, useFavicon } from './favicon.ts'

interface Props {
  title: string
  description?: ReactNode
  actions?: ReactNode
  /** How many things on the page want attention; shown in the tab. */
  wanting?: number
}

/** The head of a page: its one h1, a line of explanation, and what can be done. Names the tab too. */
export function PageHeader({ title, description, actions, wanting = 0 }: Props) {
  useDocumentTitle(tabTitle(title, wanting))
  useFavicon(wanting > 0)
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
