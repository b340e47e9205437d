import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconLoader2,
  IconPlayerPauseFilled,
} from '@tabler/icons-react'
import type { Tone } from '../words/line.ts'
import classes from './line-badge.module.css'

const icons = {
  good: IconCircleCheckFilled,
  busy: IconLoader2,
  trouble: IconAlertTriangleFilled,
  off: IconPlayerPauseFilled,
} as const satisfies Record<Tone, unknown>

/** A state as icon and word: each tone has its own shape, so that nothing hangs on colour. */
export function LineBadge({ tone, word, soft = false }: { tone: Tone; word: string; soft?: boolean }) {
  const Icon = icons[tone]
  return (
    <span className={classes.badge} data-tone={tone} data-soft={soft || undefined}>
      <Icon size={14} aria-hidden className={tone === 'busy' ? classes.turning : undefined} />
      {word}
    </span>
  )
}
