import { Button } from '@mantine/core'
import { IconKey, IconLayoutGrid } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { limits } from '../../../server/contract/limits.ts'
import { pushTo } from '../push/search.ts'
import { wallOf } from '../wall/search.ts'
import { count } from '../words/count.ts'
import classes from './list.module.css'
import type { Selection } from './use-selection.ts'

/** What can be done with the selected devices; there while any is. */
export function SelectionBar({ selection: { ids, clear } }: { selection: Selection }) {
  if (ids.length === 0) return null
  const tooMany = ids.length > limits.wallTiles
  return (
    <section className={classes.selection} aria-label="Selected devices">
      <span role="status">
        {count(ids.length, 'device')} selected
        {tooMany && `; a wall shows the first ${limits.wallTiles}`}
      </span>
      <Button
        size="xs"
        leftSection={<IconLayoutGrid size={15} />}
        renderRoot={(props) => <Link to="/wall" search={wallOf(ids)} {...props} />}
      >
        Open as wall
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconKey size={15} />}
        renderRoot={(props) => <Link to="/push" search={pushTo(ids)} {...props} />}
      >
        Push keys
      </Button>
      <Button size="xs" variant="default" onClick={clear}>
        Clear
      </Button>
    </section>
  )
}
