import { MultiSelect, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'
import { devicesQuery } from '../api/queries.ts'
import { idsIn } from '../devices/ids.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Section } from '../parts/section.tsx'
import { Loading } from '../shell/loading.tsx'
import { PushForm } from './form.tsx'
import { type PushSearch, pushTo } from './search.ts'

/** Puts keys on several servers: those that each hands out, or one of them. */
export function PushPage() {
  const search = useSearch({ from: '/app/push' })
  const { data: devices, error, refetch } = useQuery(devicesQuery)
  if (error && !devices)
    return <FailureNotice error={error} title="The devices could not be loaded" retry={refetch} />
  if (!devices) return <Loading />
  const { act = 'add', key } = search
  const writable = devices.filter(({ may }) => may.write)
  const chosen = idsIn(search.devices).filter((id) => writable.some((device) => device.id === id))
  return (
    <Page>
      <PageHeader title={titleOf(search)} description={act === 'remove' ? removes : adds} />
      <Servers devices={writable} chosen={chosen} search={search} />
      {act === 'remove' && key === undefined && (
        <Notice tone="trouble" title="Which key?">
          Begin with the key: under SSH keys, or under Who can log in of a server.
        </Notice>
      )}
      {chosen.length > 0 && (act === 'add' || key !== undefined) && (
        <PushForm
          // Another choice of servers begins anew.
          key={chosen.join()}
          act={act}
          devices={chosen}
          {...(key === undefined ? {} : { keys: [key] })}
          vault
          mayKeep={false}
          session={false}
        >
          {() => <Text size="sm">{key === undefined ? each : <OneKey act={act} sha256={key} />}</Text>}
        </PushForm>
      )}
    </Page>
  )
}

const adds =
  'Adds public keys to authorized_keys on running servers, and proves that they take them. What is there is left alone.'
const removes =
  'Takes the lines of one key out of authorized_keys on running servers. All other lines stay as they are, byte by byte.'
const each = 'All keys that each of these servers hands out.'

function titleOf({ act, key }: PushSearch): string {
  if (act === 'remove') return 'Take a key away'
  return key === undefined ? 'Push keys' : 'Push a key'
}

function OneKey({ act, sha256 }: { act: 'add' | 'remove'; sha256: string }) {
  return (
    <>
      The key <code>{sha256}</code>, on those of the servers that {act === 'add' ? 'hand it out' : 'have it'}.
    </>
  )
}

interface ServersProps {
  devices: Device[]
  chosen: string[]
  search: PushSearch
}

function Servers({ devices, chosen, search: { devices: _, ...what } }: ServersProps) {
  const navigate = useNavigate()
  const choose = (ids: string[]) =>
    navigate({ to: '/push', search: { ...what, ...pushTo(ids) }, replace: true })
  return (
    <Section title="Servers" description="Those on whose console you may type.">
      <MultiSelect
        label="Servers"
        placeholder={chosen.length === 0 ? 'Choose servers' : ''}
        data={devices.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        onChange={choose}
        searchable
        hidePickedOptions
        limit={100}
        maxValues={limits.pushDevices}
        nothingFoundMessage="No such server"
      />
    </Section>
  )
}
