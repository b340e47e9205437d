import { Group, Table, Text, Tooltip } from '@mantine/core'
import type { FoundKey, Push, PushedKey } from '../../../server/contract/pushes.ts'
import { KeyFace } from '../parts/key-face.tsx'
import table from '../parts/table.module.css'
import { Tag, type TagTone } from '../parts/tag.tsx'
import classes from './push.module.css'
import { Widen } from './widen.tsx'
import { proofWords, resultWords } from './words.ts'

/** What became of each key, and whether the server takes it. */
export function PushedKeys({ push, device }: Pick<RowProps, 'push' | 'device'>) {
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="Keys that were pushed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Key</Table.Th>
            <Table.Th w={140} visibleFrom="sm">
              Result
            </Table.Th>
            <Table.Th w={130} visibleFrom="sm">
              Proved
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {device.keys.map((key) => (
            <PushedRow key={key.sha256} push={push} device={device} pushed={key} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

interface RowProps {
  push: Push
  device: Push['devices'][number]
  pushed: PushedKey
}

function PushedRow({ push, device, pushed }: RowProps) {
  const { comment, line, newLine, note, reasons, result, proof, ...facts } = pushed
  const why = [...(note === null ? [] : [note]), ...reasons]
  return (
    <Table.Tr>
      <Table.Td>
        <KeyFace name={nameOf(comment)} facts={facts} />
        <Group gap={6} mt={4} hiddenFrom="sm">
          <Told {...resultWords[result]} />
          <Proof proof={proof} />
        </Group>
        {line && <Place line={line} />}
        {newLine !== null && device.wrote && (
          <Text size="sm" c="dimmed">
            Written to {device.wrote.path}, line {newLine}
          </Text>
        )}
        {why.length > 0 && (
          <ul className={classes.reasons}>
            {why.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
        <Widen push={push} device={device} pushed={pushed} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Told {...resultWords[result]} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Proof proof={proof} />
      </Table.Td>
    </Table.Tr>
  )
}

function Proof({ proof }: Pick<PushedKey, 'proof'>) {
  const proved = proofWords[proof]
  if (proved) return <Told {...proved} />
  return (
    <Text span inherit c="dimmed">
      not asked
    </Text>
  )
}

function Told({ word, tone, about }: { word: string; tone: TagTone; about: string }) {
  return (
    <Tooltip label={about} multiline maw={280}>
      <span>
        <Tag tone={tone}>{word}</Tag>
      </span>
    </Tooltip>
  )
}

function Place({ line: { path, number, options } }: { line: FoundKey['line'] }) {
  return (
    <Text size="sm" c="dimmed">
      {path}, line {number}
      {options !== null && (
        <>
          : <code>{options}</code>
        </>
      )}
    </Text>
  )
}

/** Every key that was found on the device. */
export function FoundKeys({ keys }: { keys: FoundKey[] }) {
  if (keys.length === 0) return <Text size="sm">No key lets anybody in for this account.</Text>
  return (
    <div className={table.box}>
      <Table className={table.table ?? ''} aria-label="Keys on the server">
        <Table.Tbody>
          {keys.map(({ comment, line, state, ...facts }) => (
            <Table.Tr key={`${line.path} ${line.number}`}>
              <Table.Td>
                <KeyFace name={nameOf(comment)} facts={facts} />
                <Place line={line} />
              </Table.Td>
              <Table.Td className={table.actions}>
                {state === 'restricted' ? <Tag tone="trouble">Restricted</Tag> : <Tag tone="good">There</Tag>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

const nameOf = (comment: string) => (comment === '' ? 'No comment' : comment)
