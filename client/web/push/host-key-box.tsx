import { Checkbox } from '@mantine/core'

interface Props {
  /** Who shows it: a device's name, or a word for it. */
  shownBy: string
  /** Its fingerprint. */
  offered: string
  checked: boolean
  onChange: (checked: boolean) => void
}

/** A host key that nobody has heard on the console, to be accepted by who has compared it. */
export function HostKeyBox({ shownBy, offered, checked, onChange }: Props) {
  return (
    <Checkbox
      label={`${shownBy} shows the host key ${offered}. I have compared it with the machine’s own, and it is the same`}
      description="ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub says it there"
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}
