import { Button } from '@mantine/core'
import { IconPlugConnectedX, IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import classes from '../parts/empty.module.css'
import { Notice } from '../parts/notice.tsx'
import { useNow } from '../parts/now.ts'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { wantsAttention } from '../words/attention.ts'
import { clockTime } from '../words/time.ts'
import { arrange, sortDevices } from './arrange.ts'
import { NoDevices, NoMatch } from './empty.tsx'
import { filterDevices } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import type { FleetView } from './fleet.ts'
import { DeviceList, ListSkeleton } from './list.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { useFilter } from './use-filter.ts'
import { useFleet } from './use-fleet.ts'
import { useMayAdd } from './use-may-add.ts'
import { useSelection } from './use-selection.ts'

export function DevicesPage() {
  const { devices, link } = useFleet()
  const mayAdd = useMayAdd()
  const wanting = devices?.filter(({ console }) => wantsAttention(console)).length ?? 0
  const add = mayAdd && (
    <Button
      leftSection={<IconPlus size={16} />}
      renderRoot={(props) => <Link to="/devices/new" {...props} />}
    >
      Add device
    </Button>
  )
  return (
    <Page>
      <PageHeader title="Devices" wanting={wanting} actions={devices && devices.length > 0 && add} />
      {devices && link.state === 'lost' && <Stale link={link} />}
      {!devices && link.state === 'lost' && (
        <Notice tone="danger" urgent icon={IconPlugConnectedX} title="The devices could not be loaded">
          {link.why} This page goes on trying.
        </Notice>
      )}
      {!devices && link.state !== 'lost' && <ListSkeleton />}
      {devices?.length === 0 && <NoDevices mayAdd={mayAdd} />}
      {devices && devices.length > 0 && <Filtered devices={devices} />}
    </Page>
  )
}

function Filtered({ devices }: { devices: readonly Device[] }) {
  const filter = useFilter()
  const selection = useSelection(devices)
  // Ages count by classes of many seconds: the order needs no second hand.
  const now = Math.floor(useNow() / 5000) * 5000
  const shown = sortDevices(filterDevices(devices, filter.query, filter.group), filter.sort, now)
  return (
    <>
      <FilterBar devices={devices} shown={shown} filter={filter} />
      {shown.length > 0 ? (
        <DeviceList items={arrange(shown, filter.byProject)} selection={selection} power={filter.power} />
      ) : (
        <NoMatch filter={filter} />
      )}
      <SelectionBar selection={selection} />
    </>
  )
}

function Stale({ link }: { link: Extract<FleetView['link'], { state: 'lost' }> }) {
  return (
    <Notice
      tone="trouble"
      urgent
      icon={IconPlugConnectedX}
      className={classes.stale}
      title="The gateway does not answer"
    >
      {link.why} What you see is how things stood at {clockTime(link.since)}. This page comes back by itself.
    </Notice>
  )
}
