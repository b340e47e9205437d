import { Button, Group, Text } from '@mantine/core'
import { IconClockSearch } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { gatewayNow } from '../api/gateway-clock.ts'
import { useNow } from '../parts/now.ts'
import { dateTime } from '../words/time.ts'
import { Drop } from './drop.tsx'
import { readMoment } from './moment.ts'
import { MomentField } from './moment-field.tsx'
import type { Target } from './use-history.ts'

interface Props {
  onGo(target: Target): void
  /** Looks for the last boot and shows what was printed before it. Resolves when that is done, and never rejects. */
  onBoot(): Promise<void>
  /** It is being looked for. */
  looking: boolean
}

/** To a time, typed or chosen. */
export function Jump(props: Props) {
  const [text, setText] = useState('')
  return (
    <Drop name="Jump to" icon={IconClockSearch} width={330}>
      {(close) => <Times {...props} text={text} setText={setText} close={close} />}
    </Drop>
  )
}

interface TimesProps extends Props {
  text: string
  setText(text: string): void
  close(): void
}

function Times({ onGo, onBoot, looking, text, setText, close }: TimesProps) {
  const go = (target: Target) => {
    close()
    onGo(target)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = readMoment(text, gatewayNow())
    if (read.ok) go({ time: read.at })
  }
  const ago = (minutes: number) => go({ time: gatewayNow() - minutes * 60_000 })
  return (
    <>
      <form onSubmit={submit} aria-label="Jump to a time">
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <MomentField aria-label="Time" value={text} onChange={setText} style={{ flex: 1 }} data-autofocus />
          <Button type="submit">Go</Button>
        </Group>
      </form>
      <Group gap={6} mt="sm">
        <Quick words="10 minutes ago" onClick={() => ago(10)} />
        <Quick words="1 hour ago" onClick={() => ago(60)} />
        <Quick
          words="Before the last boot"
          // Open as long as it takes: all that is held may have to be read.
          onClick={() => void onBoot().then(close)}
          loading={looking}
        />
        <Quick words="Oldest" onClick={() => go({ offset: 0 })} />
        <Quick words="Newest" onClick={() => go('end')} />
      </Group>
      <Clocks />
    </>
  )
}

function Quick({ words, onClick, loading = false }: { words: string; onClick(): void; loading?: boolean }) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick} loading={loading}>
      {words}
    </Button>
  )
}

/** A clock that is wrong leads people to the wrong hour, so both are shown. */
function Clocks() {
  const now = useNow()
  const behind = Math.round((now - Date.now()) / 1000)
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Text size="xs" c="dimmed" mt="sm">
      Times are in your zone, {zone}. The gateway’s clock, by which output is recorded, says{' '}
      <span className="numbers">{dateTime(now)}</span>
      {Math.abs(behind) > 2 &&
        ` (your computer’s is ${Math.abs(behind)} s ${behind > 0 ? 'behind' : 'ahead'})`}
      .
    </Text>
  )
}
