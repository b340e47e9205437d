import { Button } from '@mantine/core'
import { IconPlugConnectedX, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { devicesQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { clockTime } from '../words/time.ts'
import classes from './empty.module.css'
import { NoDevices, NoMatch } from './empty.tsx'
import { filterDevices } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { DeviceList, ListSkeleton } from './list.tsx'
import { useFilter } from './use-filter.ts'
import { useMayAdd } from './use-may-add.ts'

export function DevicesPage() {
  const { data: devices, error, dataUpdatedAt, refetch } = useQuery(devicesQuery)
  const mayAdd = useMayAdd()
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
      <PageHeader title="Devices" actions={devices && devices.length > 0 && add} />
      {error && devices && <Stale since={dataUpdatedAt} />}
      {error && !devices && (
        <FailureNotice error={error} title="The devices could not be loaded" retry={refetch} />
      )}
      {!devices && !error && <ListSkeleton />}
      {devices?.length === 0 && <NoDevices mayAdd={mayAdd} />}
      {devices && devices.length > 0 && <Filtered devices={devices} />}
    </Page>
  )
}

function Filtered({ devices }: { devices: Device[] }) {
  const filter = useFilter()
  const shown = filterDevices(devices, filter.query, filter.group)
  return (
    <>
      <FilterBar devices={devices} shown={shown} filter={filter} />
      {shown.length > 0 ? <DeviceList devices={shown} /> : <NoMatch filter={filter} />}
    </>
  )
}

function Stale({ since }: { since: number }) {
  return (
    <Notice
      tone="trouble"
      urgent
      icon={IconPlugConnectedX}
      className={classes.stale}
      title="The gateway does not answer"
    >
      What you see is how things stood at {clockTime(since)}. This page goes on asking every 3 seconds.
    </Notice>
  )
}
