import { Anchor, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PortalKey } from '../../../../server/contract/keys.ts'
import { keyPlacesQuery } from '../../api/keys.ts'
import { Ago } from '../../parts/ago.tsx'
import { FailureNotice } from '../../parts/failure-notice.tsx'
import table from '../../parts/table.module.css'
import { Tag } from '../../parts/tag.tsx'
import { Loading } from '../../shell/loading.tsx'
import { count } from '../../words/count.ts'

/** The servers on which a key was found when they were last read. */
export function Places({ portalKey: key }: { portalKey: PortalKey }) {
  const { data, error, refetch } = useQuery(keyPlacesQuery(key.id))
  if (error) return <FailureNotice error={error} title="The servers could not be loaded" retry={refetch} />
  if (!data) return <Loading />
  return (
    <>
      <div className={table.box} style={{ maxHeight: 320 }}>
        <Table className={table.table ?? ''} aria-label={`Servers with ${key.label}`}>
          <Table.Tbody>
            {data.places.map(({ deviceId, name, projectName, state, readAt }) => (
              <Table.Tr key={deviceId}>
                <Table.Td>
                  <Anchor
                    renderRoot={(props) => (
                      <Link to="/devices/$id/keys" params={{ id: deviceId }} {...props} />
                    )}
                  >
                    {name}
                  </Anchor>{' '}
                  {state === 'restricted' && <Tag tone="trouble">Restricted there</Tag>}
                  <Text size="sm" c="dimmed">
                    {projectName} · read <Ago at={readAt} />
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {data.total > data.places.length && (
        <Text size="sm" c="dimmed">
          And {count(data.total - data.places.length, 'more server', 'more servers')}.
        </Text>
      )}
    </>
  )
}
