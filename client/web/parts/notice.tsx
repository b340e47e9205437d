import { IconAlertCircle, IconAlertTriangle, IconCircleCheck, type TablerIcon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './notice.module.css'

export type NoticeTone = 'good' | 'trouble' | 'danger'

const icons: Record<NoticeTone, TablerIcon> = {
  good: IconCircleCheck,
  trouble: IconAlertTriangle,
  danger: IconAlertCircle,
}

interface Props {
  tone: NoticeTone
  title?: ReactNode
  /** In place of the one that goes with the tone. */
  icon?: TablerIcon
  /** Read out at once. */
  urgent?: boolean
  className?: string | undefined
  children?: ReactNode
}

/** A box in a page that says how something went. */
export function Notice({ tone, title, icon, urgent = false, className = '', children }: Props) {
  const Icon = icon ?? icons[tone]
  return (
    <div className={`${classes.notice} ${className}`} data-tone={tone} role={urgent ? 'alert' : undefined}>
      <Icon size={18} stroke={1.8} aria-hidden />
      <div>
        {title && <p className={classes.title}>{title}</p>}
        {children}
      </div>
    </div>
  )
}
