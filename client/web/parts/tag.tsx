import classes from './tag.module.css'

export type TagTone = 'plain' | 'good' | 'busy' | 'trouble' | 'danger'

/** A word or two about a row. */
export function Tag({ tone = 'plain', children }: { tone?: TagTone; children: string }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  )
}
