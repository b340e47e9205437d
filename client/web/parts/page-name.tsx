import type { ReactNode } from 'react'
import classes from './page-name.module.css'

interface Props {
  /** Below the name: whose it is, what it is for. */
  under: ReactNode
  /** The whole of what stands below, where it may be cut off. */
  hint?: string
  children: ReactNode
}

/** What a page is about that fills the window: its h1 and a line below, in a bar beside its tools. */
export function PageName({ under, hint, children }: Props) {
  return (
    <div className={classes.name}>
      <h1>{children}</h1>
      <p title={hint}>{under}</p>
    </div>
  )
}
