import { Button, type ButtonProps, Group } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props extends Pick<ButtonProps, 'color' | 'disabled' | 'loading'> {
  /** What the form does, on its button. */
  children: ReactNode
  onClose: () => void
}

/** The end of a form in a dialog: leave it, or have it done. */
export function FormEnd({ children, onClose, ...submit }: Props) {
  return (
    <Group justify="flex-end" gap="sm">
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" {...submit}>
        {children}
      </Button>
    </Group>
  )
}
