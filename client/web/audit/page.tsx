import { Button, Center, Select, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type AuditAction, auditActions } from '../../../server/contract/audit.ts'
import { limits } from '../../../server/contract/limits.ts'
import { auditPage, devicesQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Loading } from '../shell/loading.tsx'
import classes from './audit.module.css'
import { AuditTable } from './audit-table.tsx'
import { actionWords } from './words.ts'

export function AuditPage() {
  const [action, setAction] = useState<AuditAction | undefined>()
  const [deviceId, setDeviceId] = useState<string | undefined>()
  const audit = useAudit(action, deviceId)
  const entries = audit.data?.pages.flat() ?? []
  return (
    <Page>
      <PageHeader
        title="Audit"
        description="Who did what, newest first. Entries are chained by their hashes: a changed, removed or reordered one is found by scripts/audit-verify."
      />
      <search className={classes.filters}>
        <ActionFilter value={action} onChange={setAction} />
        <DeviceFilter value={deviceId} onChange={setDeviceId} />
      </search>
      {audit.error && (
        <FailureNotice error={audit.error} title="The audit could not be loaded" retry={audit.refetch} />
      )}
      {audit.isPending && <Loading />}
      {audit.data && entries.length === 0 && (
        <Nothing filtered={action !== undefined || deviceId !== undefined} />
      )}
      {entries.length > 0 && <AuditTable entries={entries} />}
      {audit.hasNextPage && (
        <Center mt="md">
          <Button variant="default" loading={audit.isFetchingNextPage} onClick={() => audit.fetchNextPage()}>
            Load earlier entries
          </Button>
        </Center>
      )}
    </Page>
  )
}

function useAudit(action: AuditAction | undefined, deviceId: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['audit', action, deviceId],
    queryFn: ({ pageParam }) => auditPage({ action, deviceId }, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.length < limits.pageSize ? undefined : page.at(-1)?.seq),
  })
}

interface FilterProps<T> {
  value: T | undefined
  onChange: (value: T | undefined) => void
}

function ActionFilter({ value, onChange }: FilterProps<AuditAction>) {
  const choose = (chosen: string | null) => onChange(auditActions.find((action) => action === chosen))
  return (
    <Select
      aria-label="Action"
      placeholder="Every action"
      data={auditActions.map((action) => ({ value: action, label: actionWords[action] }))}
      value={value ?? null}
      onChange={choose}
      clearable
      searchable
      maxDropdownHeight={360}
    />
  )
}

function DeviceFilter({ value, onChange }: FilterProps<string>) {
  const { data: devices = [] } = useQuery(devicesQuery)
  return (
    <Select
      aria-label="Device"
      placeholder="Every device"
      data={devices.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      clearable
      searchable
    />
  )
}

function Nothing({ filtered }: { filtered: boolean }) {
  return (
    <Text c="dimmed" py="xl" ta="center">
      {filtered
        ? 'Nothing of this kind is recorded in the projects you own.'
        : 'Nothing to see: the audit shows what happened in projects you own.'}
    </Text>
  )
}
