import { MultiSelect, Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'
import { devicesQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Section } from '../parts/section.tsx'
import { Loading } from '../shell/loading.tsx'
import { PushForm } from './form.tsx'
import classes from './push.module.css'
import { devicesIn, keysIn, type PushSearch, pushTo } from './search.ts'

/** Puts keys on several servers: those that each hands out, or one of them. */
export function PushPage() {
  const search = useSearch({ from: '/app/push' })
  const { data: devices, error, refetch } = useQuery(devicesQuery)
  if (error && !devices)
    return <FailureNotice error={error} title="The devices could not be loaded" retry={refetch} />
  if (!devices) return <Loading />
  const { act = 'add' } = search
  const keys = keysIn(search)
  const ids = devicesIn(search)
  const writable = devices.filter(({ may }) => may.write)
  const chosen = (ids ?? []).filter((id) => writable.some((device) => device.id === id))
  const whatIsKnown = keys !== undefined && (act === 'add' || keys.length > 0)
  return (
    <Page>
      <PageHeader title={titleOf(search)} description={act === 'remove' ? removes : adds} />
      <Servers devices={writable} chosen={chosen} search={search} />
      {(ids === undefined || keys === undefined) && (
        <Notice tone="trouble" title="What was chosen is not known here">
          Another tab has chosen it, or this one has forgotten it. Choose again there.
        </Notice>
      )}
      {act === 'remove' && keys?.length === 0 && (
        <Notice tone="trouble" title="Which key?">
          Begin with the key: under SSH keys, or under Who can log in of a server.
        </Notice>
      )}
      {chosen.length > 0 && whatIsKnown && (
        <PushForm
          // Another choice of servers begins anew.
          key={chosen.join()}
          act={act}
          devices={chosen}
          {...(keys.length === 0 ? {} : { keys })}
          vault
          mayKeep={chosen.every((id) => writable.find((device) => device.id === id)?.may.setPassword)}
          session={false}
        >
          {() => (keys.length === 0 ? <Text size="sm">{each}</Text> : <TheseKeys act={act} keys={keys} />)}
        </PushForm>
      )}
    </Page>
  )
}

const adds =
  'Adds public keys to authorized_keys on running servers, and proves that they take them. What is there is left alone.'
const removes =
  'Takes the lines of these keys out of authorized_keys on running servers. All other lines stay as they are, byte by byte.'
const each = 'All keys that each of these servers hands out.'

function titleOf(search: PushSearch): string {
  const one = keysIn(search)?.length === 1
  if (search.act === 'remove') return one ? 'Take a key away' : 'Take keys away'
  return one ? 'Push a key' : 'Push keys'
}

function TheseKeys({ act, keys }: { act: 'add' | 'remove'; keys: string[] }) {
  return (
    <>
      <Text size="sm">
        {act === 'add'
          ? 'These, which each of the servers must hand out:'
          : 'These, on those of the servers that have them:'}
      </Text>
      <ul className={classes.fingerprints} aria-label="Keys">
        {keys.map((sha256) => (
          <li key={sha256}>
            <code>{sha256}</code>
          </li>
        ))}
      </ul>
    </>
  )
}

const tagged = (devices: Device[], tag: string): string[] =>
  devices.filter(({ tags }) => tags.includes(tag)).map(({ id }) => id)

interface ServersProps {
  devices: Device[]
  chosen: string[]
  search: PushSearch
}

function Servers({ devices, chosen, search: { devices: _, ...what } }: ServersProps) {
  const navigate = useNavigate()
  const tags = [...new Set(devices.flatMap((device) => device.tags))].sort()
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
      {tags.length > 0 && (
        <Select
          label="Add all with a tag"
          placeholder="Choose a tag"
          data={tags}
          value={null}
          searchable
          w={260}
          onChange={(tag) => tag && choose([...new Set([...chosen, ...tagged(devices, tag)])])}
          nothingFoundMessage="No such tag"
        />
      )}
    </Section>
  )
}
