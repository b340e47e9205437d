import { Button, type ButtonProps } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'
import classes from './tool-button.module.css'

interface Props extends ButtonProps, Omit<ComponentPropsWithRef<'button'>, keyof ButtonProps> {
  icon: Icon
  children: string
}

/** A tool with its name, of which a phone shows only the icon: what was printed needs the room. */
export function ToolButton({ icon: Icon, ...button }: Props) {
  return (
    <Button
      variant="default"
      leftSection={<Icon size={16} aria-hidden />}
      classNames={{ root: classes.root ?? '', section: classes.icon ?? '', label: classes.name ?? '' }}
      {...button}
    />
  )
}
