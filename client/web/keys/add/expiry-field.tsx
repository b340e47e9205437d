import { TextInput } from '@mantine/core'
import { useNow } from '../../parts/now.ts'
import { dateOnly } from '../../words/time.ts'

interface Props {
  /** As in `2027-03-01`; empty for never. */
  date: string
  onDate: (date: string) => void
}

export function ExpiryField({ date, onDate }: Props) {
  return (
    <TextInput
      type="date"
      label="Expires"
      description="At the end of that day it is not handed out any more. Leave it empty for never."
      w={{ base: '100%', xs: 220 }}
      min={dateOnly(useNow())}
      value={date}
      onChange={(event) => onDate(event.currentTarget.value)}
    />
  )
}
