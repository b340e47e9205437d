import { Table, Title } from '@mantine/core'
import type { EffectivePage } from '../../../server/contract/keys.ts'
import { KeyFace } from '../parts/key-face.tsx'
import { Notice } from '../parts/notice.tsx'
import table from '../parts/table.module.css'
import { Tag } from '../parts/tag.tsx'

/** Keys that somebody put on the device past Lifeline. Their names are the device's own words. */
export function Strangers({ strangers }: { strangers: EffectivePage['strangers'] }) {
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
                  <KeyFace name={key.comment === '' ? 'No comment' : key.comment} facts={key} />
                </Table.Td>
                <Table.Td className={table.actions}>
                  {key.state === 'restricted' && <Tag>Restricted</Tag>}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  )
}
