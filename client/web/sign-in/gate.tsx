import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Logo } from '../parts/logo.tsx'
import classes from './gate.module.css'

/** The page before the frame: for signing in and for the first password. */
export function Gate({
  title,
  description,
  children,
}: {
  title: string
  description?: ReactNode
  children: ReactNode
}) {
  return (
    <main className={classes.gate}>
      <div className={classes.box}>
        <div className={classes.brand}>
          <Logo size={36} />
          <span>Lifeline</span>
        </div>
        <div className={classes.card}>
          <Title order={1} size="h1">
            {title}
          </Title>
          {description && (
            <Text c="dimmed" mt={4}>
              {description}
            </Text>
          )}
          <div className={classes.content}>{children}</div>
        </div>
        <Text size="xs" c="dimmed" ta="center" mt="lg">
          Consoles of your servers, when nothing else answers.
        </Text>
      </div>
    </main>
  )
}
