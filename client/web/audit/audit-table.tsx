import { Table, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { AuditEntry } from '../../../server/contract/audit.ts'
import table from '../parts/table.module.css'
import { dateTime } from '../words/time.ts'
import classes from './audit.module.css'
import { detailWords, entryWords, isNotable } from './words.ts'

export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="Audit" verticalSpacing={7}>
        <Table.Thead visibleFrom="sm">
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Action</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>On</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Row key={entry.seq} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Row({ entry }: { entry: AuditEntry }) {
  const { actor, address, at, detail, target, seq } = entry
  const details = detailWords(detail)
  return (
    <Table.Tr className={classes.entry ?? ''}>
      <Table.Td className={`${classes.when} numbers`} title={`Entry ${seq}`}>
        {dateTime(at)}
      </Table.Td>
      <Table.Td className={classes.what ?? ''}>
        {isNotable(entry) ? (
          <span className={classes.notable}>
            <IconAlertTriangle size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {entryWords(entry)}
          </span>
        ) : (
          entryWords(entry)
        )}
      </Table.Td>
      <Table.Td className={classes.who ?? ''}>
        {actor}
        {address && (
          <Text span size="xs" c="dimmed" className="mono">
            {' '}
            {address}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.on ?? ''}>
        {target && <span style={{ fontWeight: 550 }}>{target} </span>}
        <span className={classes.detail}>{details}</span>
      </Table.Td>
    </Table.Tr>
  )
}
