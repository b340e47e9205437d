import { Button, Table, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import type { EffectivePage } from '../../../server/contract/keys.ts'
import { KeyFace } from '../parts/key-face.tsx'
import { Notice } from '../parts/notice.tsx'
import table from '../parts/table.module.css'
import { Tag } from '../parts/tag.tsx'

/** Keys that somebody put on the device past Lifeline. Their names are the device's own words. */
export function Strangers({ device, strangers }: { device: Device; strangers: EffectivePage['strangers'] }) {
  return (
    <section aria-labelledby="strangers" style={{ display: 'grid', gap: 10 }}>
      <Title order={2} id="strangers">
        Strangers
      </Title>
      <Notice tone="trouble">
        These keys are on the server too, and let somebody in. No portal key is the same: nobody here says
        whose they are.
      </Notice>
      <div className={table.box}>
        <Table className={table.table ?? ''} aria-label="Strangers">
          <Table.Tbody>
            {strangers.map((key) => (
              <Table.Tr key={key.sha256}>
                <Table.Td>
                  <KeyFace name={nameOf(key)} facts={key} />
                </Table.Td>
                <Table.Td className={table.actions}>
                  {key.state === 'restricted' && <Tag>Restricted</Tag>}
                  {device.may.write && (
                    <Button
                      ml="xs"
                      size="compact-sm"
                      variant="default"
                      aria-label={`Take ${nameOf(key)} away`}
                      renderRoot={(props) => <Link to="/push" search={removalOf(device, key)} {...props} />}
                    >
                      Take away…
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  )
}

const nameOf = ({ comment }: { comment: string }) => (comment === '' ? 'No comment' : comment)

const removalOf = ({ id }: Device, { sha256 }: { sha256: string }) =>
  ({ act: 'remove', devices: id, keys: sha256 }) as const
