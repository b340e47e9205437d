import { Checkbox, Code, Stack, Text } from '@mantine/core'
import classes from './host-key.module.css'

interface Props {
  /** The fingerprint the far end shows now. */
  offered: string
  /** The one that was accepted before, if any. */
  pinned?: string | undefined
  checked: boolean
  onChecked: (checked: boolean) => void
}

/** Asks a person to compare fingerprints before a host key is accepted; a changed key is shown beside the old one. */
export function HostKeyQuestion({ offered, pinned, checked, onChecked }: Props) {
  return (
    <Stack gap="sm">
      {pinned ? (
        <Text size="sm">
          This key is not the one accepted before. Either the far end was reinstalled or replaced, or{' '}
          <b>somebody stands in between and would read everything typed</b>, passwords too.
        </Text>
      ) : (
        <Text size="sm">The far end was never seen before. Make sure that it is the one you mean.</Text>
      )}
      <dl className={classes.keys}>
        {pinned && <Fingerprint name="Accepted before" value={pinned} />}
        <Fingerprint
          name={pinned ? 'Shown now' : 'It shows'}
          value={offered}
          changed={pinned !== undefined}
        />
      </dl>
      <Text size="sm" c="dimmed">
        Compare with what the machine itself says, in a place you trust: its BMC’s web page, or on it{' '}
        <Code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</Code>.
      </Text>
      <Checkbox
        label="I have compared them, and it is the same"
        checked={checked}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
    </Stack>
  )
}

function Fingerprint({ name, value, changed = false }: { name: string; value: string; changed?: boolean }) {
  return (
    <div data-changed={changed || undefined}>
      <dt>{name}</dt>
      <dd className="mono">{value}</dd>
    </div>
  )
}
