import { Text, type TextProps } from '@mantine/core'
import { ago, dateTime } from '../words/time.ts'
import { useNow } from './now.ts'

/** An age that keeps itself fresh; the exact time is its tooltip. */
export function Ago({ at, ...props }: { at: number } & TextProps) {
  const now = useNow()
  return (
    <Text span inherit className="numbers" {...props} title={dateTime(at)}>
      {ago(at, now)}
    </Text>
  )
}
