import { keyKind } from '../words/key.ts'
import classes from './key-face.module.css'
import { Tag } from './tag.tsx'

interface Props {
  name: string
  facts: { type: string; bits?: number; sha256: string; md5?: string }
}

/** A key as people tell it from others: its name, its kind, its fingerprint. The older fingerprint is its tooltip. */
export function KeyFace({ name, facts }: Props) {
  return (
    <div className={classes.face}>
      <div className={classes.head}>
        {name}
        <Tag>{keyKind(facts)}</Tag>
      </div>
      <div className={`${classes.print} mono`} title={facts.md5}>
        {facts.sha256}
      </div>
    </div>
  )
}
