import { Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './section.module.css'

interface Props {
  /** None for the part that ends a form. */
  title?: string
  description?: ReactNode
  children: ReactNode
}

/** A part of a form or a settings page: what it is about at the left, its controls at the right. */
export function Section({ title, description, children }: Props) {
  const id = useId()
  return (
    <section className={classes.section} aria-labelledby={title && id}>
      <div>
        {title && (
          <Title order={2} id={id}>
            {title}
          </Title>
        )}
        {description && (
          <Text size="sm" c="dimmed" mt={4}>
            {description}
          </Text>
        )}
      </div>
      <div className={classes.content}>{children}</div>
    </section>
  )
}
