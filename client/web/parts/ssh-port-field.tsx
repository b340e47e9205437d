import { NumberInput } from '@mantine/core'

interface Props {
  value: number | string
  description?: string
  error?: string | undefined
  onChange: (port: number | string) => void
}

/** The port of a device's own SSH server. */
export function SshPortField(props: Props) {
  return (
    <NumberInput
      label="Port of its SSH server"
      w={160}
      min={1}
      max={65535}
      allowDecimal={false}
      hideControls
      {...props}
    />
  )
}
