import { Text } from '@mantine/core'
import type { PowerReading } from '../../../server/contract/power.ts'
import { Ago } from '../parts/ago.tsx'
import { LineBadge } from '../parts/line-badge.tsx'
import { readingWords } from './words.ts'

/** Whether the machine is on, since when that is known, or why it is not. */
export function Reading({ reading }: { reading: PowerReading }) {
  const { tone, word, cause } = readingWords(reading)
  return (
    <Text size="sm" component="div">
      <LineBadge tone={tone} word={word} /> <Ago at={reading.at} c="dimmed" />
      {cause !== '' && <Text size="sm">{cause}</Text>}
    </Text>
  )
}
