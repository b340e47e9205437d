import { MultiSelect, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'
import { devicesQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Section } from '../parts/section.tsx'
import { Loading } from '../shell/loading.tsx'
import { PushForm } from './form.tsx'
import { idsIn, pushTo } from './search.ts'

/** Puts keys on several servers: those that each hands out, or one of them. */
export function PushPage() {
  const search = useSearch({ from: '/app/push' })
  const { data: devices, error, refetch } = useQuery(devicesQuery)
  if (error && !devices)
    return <FailureNotice error={error} title="The devices could not be loaded" retry={refetch} />
  if (!devices) return <Loading />
  const { key } = search
  const writable = devices.filter(({ may }) => may.write)
  const chosen = idsIn(search).filter((id) => writable.some((device) => device.id === id))
  return (
    <Page>
      <PageHeader
        title={key === undefined ? 'Push keys' : 'Push a key'}
        description="Adds public keys to authorized_keys on running servers, and proves that they take them. What is there is left alone."
      />
      <Servers devices={writable} chosen={chosen} />
      {chosen.length > 0 && (
        <PushForm
          // Another choice of servers begins anew.
          key={chosen.join()}
          act="add"
          devices={chosen}
          {...(key === undefined ? {} : { keys: [key] })}
          vault
          session={false}
        >
          {() => <Text size="sm">{key === undefined ? each : <OneKey sha256={key} />}</Text>}
        </PushForm>
      )}
    </Page>
  )
}

const each = 'All keys that each of these servers hands out.'

function OneKey({ sha256 }: { sha256: string }) {
  return (
    <>
      The key <code>{sha256}</code>, on those of the servers that hand it out.
    </>
  )
}

function Servers({ devices, chosen }: { devices: Device[]; chosen: string[] }) {
  const navigate = useNavigate()
  const choose = (ids: string[]) =>
    navigate({
      to: '/push',
      search: ({ key }) => ({ ...(key ? { key } : {}), ...pushTo(ids) }),
      replace: true,
    })
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
