import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { AddressCard } from './address-card.tsx'
import { EarlierOutput } from './earlier-output.tsx'
import { SearchBar } from './search-bar.tsx'
import classes from './tools.module.css'
import type { Search } from './use-search.ts'
import type { TerminalSigns } from './use-terminal-signs.ts'

interface Props {
  search: Search
  signs: TerminalSigns
  toNewest: () => void
  deviceId: string
  /** Where the oldest line stands that the terminal holds. */
  oldest: () => number | null
}

/** What lies over the terminal's edges for a while. */
export function OverTerminal({ search, signs, toNewest, deviceId, oldest }: Props) {
  return (
    <>
      {search.opened && <SearchBar search={search} />}
      {signs.atTop && <EarlierOutput deviceId={deviceId} offset={oldest()} />}
      {signs.scrolledBack && (
        <Button
          className={classes.newest ?? ''}
          size="compact-sm"
          radius="xl"
          leftSection={<IconArrowDown size={14} />}
          onClick={toNewest}
        >
          Newest
        </Button>
      )}
      {signs.hovered && <AddressCard address={signs.hovered} />}
    </>
  )
}
