import { TextInput, type TextInputProps } from '@mantine/core'
import { gatewayNow } from '../api/gateway-clock.ts'
import { dateTime } from '../words/time.ts'
import { readMoment } from './moment.ts'

interface Props extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string
  onChange(value: string): void
  /** Say below what was understood. */
  echo?: boolean
}

/** A time, typed as people say it. What it comes to stands below it. */
export function MomentField({ value, onChange, echo = true, ...props }: Props) {
  const read = value.trim() === '' ? null : readMoment(value, gatewayNow())
  return (
    <TextInput
      placeholder="02:00, yesterday 14:30, 10 min ago"
      autoComplete="off"
      spellCheck={false}
      {...props}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={read && !read.ok ? read.why : props.error}
      description={echo && read?.ok ? dateTime(read.at) : props.description}
    />
  )
}
