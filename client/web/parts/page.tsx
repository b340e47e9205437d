import type { ReactNode } from 'react'
import classes from './page.module.css'

/** The room of a page inside the frame. Every page begins at the same place; forms and short tables end sooner. */
export function Page({ narrow = false, children }: { narrow?: boolean; children: ReactNode }) {
  return (
    <div className={classes.page} data-narrow={narrow || undefined}>
      {children}
    </div>
  )
}
