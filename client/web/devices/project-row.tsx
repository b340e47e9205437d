import { IconLayoutGrid } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { limits } from '../../../server/contract/limits.ts'
import { wallOf } from '../wall/search.ts'
import { wantsAttention } from '../words/attention.ts'
import { count } from '../words/count.ts'
import type { Item } from './arrange.ts'
import classes from './list.module.css'

interface Props {
  item: Extract<Item, { kind: 'project' }>
  index: number
  measure: (element: HTMLElement | null) => void
}

/** The name of a project above its devices. */
export function ProjectRow({ item: { name, devices }, index, measure }: Props) {
  const wanting = devices.filter(({ console }) => wantsAttention(console)).length
  const fits = devices.length <= limits.wallTiles
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} className={classes.group}>
      <th colSpan={6} scope="rowgroup">
        <span className={classes.groupName}>{name}</span>
        <span className={classes.groupCount}>
          {count(devices.length, 'device')}
          {wanting > 0 && `, ${wanting} ${wanting === 1 ? 'wants' : 'want'} attention`}
        </span>
        <Link to="/wall" search={wallOf(devices.map(({ id }) => id))} className={classes.wall}>
          <IconLayoutGrid size={14} aria-hidden />
          {fits ? `Wall of ${name}` : `Wall of the first ${limits.wallTiles}`}
        </Link>
      </th>
    </tr>
  )
}
