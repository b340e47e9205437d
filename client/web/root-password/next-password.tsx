import { PasswordInput } from '@mantine/core'

interface Props {
  value: string
  error: string | undefined
  onChange: (value: string) => void
}

export function NextPassword({ value, error, onChange }: Props) {
  return (
    <PasswordInput
      label="New root password"
      description="Left empty, one is made that any keyboard can type. It is kept here for a day."
      autoComplete="off"
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
