import { Group, Tooltip } from '@mantine/core'
import type { Viewer } from '../../../server/contract/console.ts'
import { PersonDot } from '../parts/person.tsx'
import { names } from '../words/count.ts'
import classes from './list.module.css'

/** Who is attached, who types first; the same person in two tabs is one. */
export function Here({ viewers, writer }: { viewers: readonly Viewer[]; writer: string | null }) {
  const types = viewers.find(({ id }) => id === writer)
  const people = new Map(viewers.map((viewer) => [viewer.userId, viewer]))
  if (types) people.set(types.userId, types)
  const sorted = [...people.values()].sort((one, other) => Number(other === types) - Number(one === types))
  const shown = sorted.slice(0, sorted.length > 3 ? 2 : 3)
  const rest = sorted.slice(shown.length)
  return (
    <Group gap={6} wrap="nowrap">
      {shown.map((viewer) => (
        <PersonDot key={viewer.userId} userId={viewer.userId} name={viewer.name} types={viewer === types} />
      ))}
      {rest.length > 0 && (
        <Tooltip
          label={names(
            rest.map(({ name }) => name),
            8,
          )}
        >
          <span className={`${classes.rest} numbers`}>+{rest.length}</span>
        </Tooltip>
      )}
    </Group>
  )
}
