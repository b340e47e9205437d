import { VisuallyHidden } from '@mantine/core'
import type { PowerGlance } from '../../../server/contract/power.ts'
import { Ago } from '../parts/ago.tsx'
import { readingWords } from '../power/words.ts'
import classes from './list.module.css'

/** Whether a machine of the list is on, and when that was heard; nothing where there is no power control. */
export function PowerLine({ glance: { reading, pending } }: { glance: PowerGlance }) {
  if (reading === null) return pending ? <div className={classes.second}>Power: asking…</div> : null
  const { word, cause } = readingWords(reading)
  return (
    <div className={classes.second} title={cause || undefined}>
      <span className={classes.power}>
        Power {word.toLowerCase()}, <Ago at={reading.at} />
      </span>
      {cause !== '' && <VisuallyHidden>{cause}</VisuallyHidden>}
    </div>
  )
}
