import { Checkbox, Code, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './host-key.module.css'

type What = 'key' | 'certificate'

interface Props {
  /** An SSH host key by itself. */
  what?: What
  /** The fingerprint the far end shows now. */
  offered: string
  /** The one that was accepted before, if any. */
  pinned?: string | undefined
  checked: boolean
  onChecked: (checked: boolean) => void
}

/** Asks a person to compare fingerprints before a host key or certificate is accepted; a changed one is shown beside the old one. */
export function HostKeyQuestion({ what = 'key', offered, pinned, checked, onChecked }: Props) {
  return (
    <Stack gap="sm">
      {pinned ? (
        <Text size="sm">
          This {what} is not the one accepted before. Either the far end was reinstalled or replaced, or{' '}
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
        Compare with what the machine itself says, in a place you trust: {placeOf[what]}.
      </Text>
      <Checkbox
        label="I have compared them, and it is the same"
        checked={checked}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
    </Stack>
  )
}

const placeOf: Record<What, ReactNode> = {
  key: (
    <>
      its BMC’s web page, or on it <Code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</Code>
    </>
  ),
  certificate: 'its own settings, or where its certificate was made',
}

function Fingerprint({ name, value, changed = false }: { name: string; value: string; changed?: boolean }) {
  return (
    <div data-changed={changed || undefined}>
      <dt>{name}</dt>
      <dd className="mono">{value}</dd>
    </div>
  )
}
