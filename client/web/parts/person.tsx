import { Tooltip } from '@mantine/core'
import { IconKeyboardFilled } from '@tabler/icons-react'
import { hueOf, initials } from '../words/person.ts'
import classes from './person.module.css'

interface Props {
  userId: string
  name: string
  /** Holds the write lock. */
  types?: boolean
  size?: number
  /** What the tooltip says; the name by default. */
  label?: string
  /** The name stands beside it. */
  decorative?: boolean
}

/** A person as initials in their own hue; the writer carries a keyboard. */
export function PersonDot({
  decorative = false,
  userId,
  name,
  types = false,
  size = 26,
  label = types ? `${name} writes` : name,
}: Props) {
  return (
    <Tooltip label={label} openDelay={150}>
      <span
        className={classes.dot}
        {...(decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
        style={{ '--hue': hueOf(userId), '--size': `${size}px` } as React.CSSProperties}
      >
        {initials(name)}
        {types && (
          <span className={classes.types}>
            <IconKeyboardFilled size={size * 0.42} />
          </span>
        )}
      </span>
    </Tooltip>
  )
}
