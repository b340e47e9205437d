import { Button, Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconDownload, IconPlayerPlay } from '@tabler/icons-react'
import { downloadAddress } from '../api/history.ts'
import { bytes } from '../words/count.ts'
import { Drop } from './drop.tsx'
import { MomentField } from './moment-field.tsx'
import { fileSize, sizeOf } from './span.ts'
import { type Edge, type SpanChoice, type SpanField, useSpan } from './use-span.ts'
import type { WindowState } from './window.ts'

interface Props {
  deviceId: string
  state: WindowState
  /** The line that was chosen, or the first that is seen: offset, and when it was printed. */
  here: { offset: number; at: number | null } | null
}

const formats = [
  { format: 'raw', label: 'Raw', about: 'The bytes as they were printed' },
  { format: 'text', label: 'Text', about: 'Lines without colours and escape sequences, gaps named' },
  { format: 'asciicast', label: 'asciicast', about: 'With its timing, for asciinema' },
] as const

/** Files of all or a part of history, and its playback. */
export function Save(props: Props) {
  const span = useSpan(props.deviceId)
  return (
    <Drop name="Save or play" icon={IconDownload} width={360}>
      {() => <Spans {...props} span={span} />}
    </Drop>
  )
}

function Spans({ deviceId, state, here, span }: Props & { span: SpanChoice }) {
  const size = sizeOf(span.marked, state.oldest, state.end)
  const query = {
    ...(span.marked.from === null ? {} : { from: span.marked.from }),
    ...(span.marked.to === null ? {} : { to: span.marked.to }),
  }
  const play = `/devices/${encodeURIComponent(deviceId)}/playback?${new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]))}`
  // While a time is looked up the span still reaches to the end of history.
  const ready = size > 0 && !span.wrong && !span.looking
  return (
    <Stack gap="sm">
      <EdgeField label="From" empty="the oldest byte" field={span.from} here={here && { ...here }} />
      <EdgeField label="To" empty="the newest byte" field={span.to} here={here && { ...here }} />
      <Text size="sm" role="status" {...(span.wrong ? { c: 'red' } : {})}>
        {span.wrong ?? (span.looking ? 'Looking…' : `${bytes(size)} of output`)}
      </Text>
      <Group gap={6}>
        {formats.map(({ format, label, about }) => (
          <Tooltip key={format} label={about}>
            <Button
              size="xs"
              variant="default"
              component="a"
              href={downloadAddress(deviceId, format, query)}
              download
              {...(ready ? {} : { 'data-disabled': true })}
              aria-disabled={!ready}
              aria-label={`Download as ${label}, ${fileSize(format, size)}`}
            >
              {label}
            </Button>
          </Tooltip>
        ))}
        {/* A plain link: only that page may compile the player's WebAssembly, so it must be loaded as a page. */}
        <Button
          size="xs"
          component="a"
          href={play}
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          {...(ready ? {} : { 'data-disabled': true })}
          aria-disabled={!ready}
        >
          Play
        </Button>
      </Group>
      {ready && (
        <Text size="xs" c="dimmed">
          {`Raw is ${fileSize('raw', size)}, text ${fileSize('text', size)}, asciicast ${fileSize('asciicast', size)}.`}
        </Text>
      )}
    </Stack>
  )
}

interface EdgeProps {
  label: string
  empty: string
  field: SpanField
  here: Edge | null
}

function EdgeField({ label, empty, field, here }: EdgeProps) {
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <MomentField
        label={label}
        placeholder={`Empty: ${empty}`}
        value={field.text}
        onChange={field.type}
        style={{ flex: 1 }}
        echo={false}
      />
      <Button
        variant="default"
        disabled={here === null}
        onClick={() => here && field.set(here)}
        aria-label={`${label} here: the line chosen or seen first`}
      >
        Here
      </Button>
    </Group>
  )
}
