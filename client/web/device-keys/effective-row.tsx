import { Switch, Table, Text, Tooltip } from '@mantine/core'
import type { EffectiveKey, KeyReason } from '../../../server/contract/keys.ts'
import { Ago } from '../parts/ago.tsx'
import { KeyFace } from '../parts/key-face.tsx'
import { Tag } from '../parts/tag.tsx'
import { dateOnly } from '../words/time.ts'
import classes from './device-keys.module.css'
import { presence, reasonWords } from './words.ts'

interface Props {
  effective: EffectiveKey
  /** Whether the person may choose whether it is handed out for this reason. */
  mayChoose: (reason: KeyReason) => boolean
  /** A choice is under way. */
  busy: boolean
  onSelect: (reason: KeyReason, selected: boolean) => void
}

export function EffectiveRow(props: Props) {
  const { effective: key } = props
  const [first] = key.reasons
  return (
    <Table.Tr>
      <Table.Td>
        <KeyFace name={first?.label ?? key.comment} facts={key} />
        <Text size="sm" component="div" hiddenFrom="sm" className={classes.small ?? ''}>
          <Reasons {...props} />
          <PresenceTag effective={key} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Reasons {...props} />
      </Table.Td>
      <Table.Td visibleFrom="md" c="dimmed">
        {key.pushedAt === null ? 'never' : <Ago at={key.pushedAt} />}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <PresenceTag effective={key} />
      </Table.Td>
    </Table.Tr>
  )
}

/** Why it belongs here, each reason with its switch. */
function Reasons({ effective: key, mayChoose, busy, onSelect }: Props) {
  return (
    <ul className={classes.reasons}>
      {key.reasons.map((reason) => (
        <li key={reason.keyId} title={reason.of.email ?? undefined}>
          <Switch
            size="sm"
            label={reasonWords(reason)}
            aria-label={`${reasonWords(reason)}: hand out ${reason.label}`}
            checked={reason.selected}
            disabled={busy || !mayChoose(reason)}
            onChange={(event) => onSelect(reason, event.currentTarget.checked)}
          />
          <Ending reason={reason} />
        </li>
      ))}
      {!key.handedOut && (
        <li>
          <Tag tone="trouble">Not handed out</Tag>
        </li>
      )}
    </ul>
  )
}

function Ending({ reason: { expiresAt, expired } }: { reason: KeyReason }) {
  if (expiresAt === null) return null
  return (
    <Text span size="sm" c={expired ? 'var(--app-trouble)' : 'dimmed'} className="numbers">
      {expired ? 'expired' : 'until'} {dateOnly(expiresAt)}
    </Text>
  )
}

function PresenceTag({ effective }: { effective: EffectiveKey }) {
  const words = presence(effective)
  if (!words) {
    return (
      <Text span inherit c="dimmed">
        not read
      </Text>
    )
  }
  return (
    <Tooltip label={words.about} multiline maw={280}>
      <span>
        <Tag tone={words.tone}>{words.word}</Tag>
      </span>
    </Tooltip>
  )
}
