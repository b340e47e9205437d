import { Anchor, Table, Text } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import type { EffectiveKey } from '../../../server/contract/keys.ts'
import { meQuery } from '../api/queries.ts'
import { Notice } from '../parts/notice.tsx'
import table from '../parts/table.module.css'
import { EffectiveRow } from './effective-row.tsx'
import { useChoice } from './use-choice.ts'

interface Props {
  device: Device
  keys: EffectiveKey[]
  /** For every key; one's own may always be chosen. */
  maySelect: boolean
}

/** The portal keys that belong on the device. */
export function EffectiveTable({ device, keys, maySelect }: Props) {
  const { data: me } = useSuspenseQuery(meQuery)
  const { choose, choosing } = useChoice(device)
  if (keys.length === 0) return <Nobody device={device} />
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="Who can log in">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Key</Table.Th>
            <Table.Th visibleFrom="sm">Handed out because of</Table.Th>
            <Table.Th w={130} visibleFrom="md">
              Pushed
            </Table.Th>
            <Table.Th w={130} visibleFrom="sm">
              On the server
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <EffectiveRow
              key={key.sha256}
              effective={key}
              mayChoose={({ of }) => maySelect || of.id === me.id}
              busy={choosing}
              onSelect={({ keyId }, selected) =>
                choose(selected ? { select: [keyId] } : { deselect: [keyId] })
              }
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Nobody({ device }: { device: Device }) {
  return (
    <Notice tone="trouble" title="No key belongs on this server yet">
      <Text size="sm">
        Add your own under{' '}
        <Anchor inherit underline="always" renderRoot={(props) => <Link to="/keys" {...props} />}>
          SSH keys
        </Anchor>
        , or one of the project under{' '}
        <Anchor
          inherit
          underline="always"
          renderRoot={(props) => <Link to="/projects/$id" params={{ id: device.projectId }} {...props} />}
        >
          {device.projectName}
        </Anchor>
        . Owners and collaborators of the project count, watchers do not.
      </Text>
    </Notice>
  )
}
