import { Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'

interface Props {
  devices: readonly Device[]
  shown: readonly string[]
  onAdd(id: string): void
}

/** Names shown of those that match: nobody reads a thousand. */
const mostOffered = 30

export function AddToWall({ devices, shown, onAdd }: Props) {
  const full = shown.length >= limits.wallTiles
  const offered = devices.filter(({ id }) => !shown.includes(id))
  return (
    <Select
      aria-label="Add a device to the wall"
      placeholder={full ? `Full: ${limits.wallTiles} consoles` : 'Add a device'}
      disabled={full}
      leftSection={<IconPlus size={16} aria-hidden />}
      data={offered.map(({ id, name }) => ({ value: id, label: name }))}
      limit={mostOffered}
      searchable
      value={null}
      w={260}
      nothingFoundMessage="No other device has that name"
      onChange={(id) => id !== null && onAdd(id)}
    />
  )
}
