import { MultiSelect, Radio, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { limits } from '../../../../server/contract/limits.ts'
import type { KeyOwner } from '../../api/keys.ts'
import { devicesQuery, projectsQuery } from '../../api/queries.ts'

/** On which of the servers where it belongs a new key is handed out. */
export type Servers = { on: 'all' } | { on: 'some'; ids: string[] } | { on: 'none' }

interface Props {
  owner: KeyOwner
  servers: Servers
  onServers: (servers: Servers) => void
}

export function ServersField({ owner, servers, onServers }: Props) {
  const devices = useServersOf(owner)
  const choose = (on: string) =>
    onServers(on === 'some' ? { on, ids: [] } : { on: on === 'none' ? on : 'all' })
  const where = owner.kind === 'project' ? `server of ${owner.name}` : 'server of your projects'
  return (
    <Stack gap="xs">
      <Radio.Group label="Servers" value={servers.on} onChange={choose}>
        <Stack gap={8} mt={4}>
          <Radio value="all" label={`Every ${where}, also those to come`} />
          <Radio value="some" label="Only these servers" />
          <Radio value="none" label="None for now" />
        </Stack>
      </Radio.Group>
      {servers.on === 'some' && (
        <MultiSelect
          aria-label="Servers that get the key"
          placeholder={servers.ids.length === 0 ? 'Choose servers' : ''}
          data={devices.map(({ id, name }) => ({ value: id, label: name }))}
          value={servers.ids}
          onChange={(ids) => onServers({ on: 'some', ids })}
          searchable
          hidePickedOptions
          limit={100}
          maxValues={limits.keyDevices}
          nothingFoundMessage="No such server"
        />
      )}
      <Text size="sm" c="dimmed">
        This is noted as each server’s choice. A server that is set up anew gets the key at its first boot. A
        server that already runs gets it by a push: now, or whenever it suits.
      </Text>
    </Stack>
  )
}

/** Those where the key would belong: of the project, or of the projects in which one is owner or collaborator. */
export function useServersOf(owner: KeyOwner) {
  const { data: devices = [] } = useQuery(devicesQuery)
  const { data: projects = [] } = useQuery(projectsQuery)
  const mine = projects.filter(({ role }) => role === 'owner' || role === 'collaborator').map(({ id }) => id)
  const inside = owner.kind === 'project' ? [owner.id] : mine
  return devices.filter(({ projectId }) => inside.includes(projectId))
}
