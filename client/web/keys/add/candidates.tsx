import { Text, TextInput } from '@mantine/core'
import { limits } from '../../../../server/contract/limits.ts'
import { keyKind } from '../../words/key.ts'
import classes from './candidate.module.css'
import { OutcomeTag, OutcomeWords } from './outcome.tsx'
import type { Found, FoundKey, FoundRefusal } from './read-text.ts'
import type { Outcome } from './use-adding.ts'

interface Props {
  found: Found[]
  /** By fingerprint. */
  labels: Record<string, string>
  outcomes: Record<string, Outcome>
  onLabel: (sha256: string, label: string) => void
}

/** What was found in the text, each as it will be kept, or with the reason why it will not. */
export function Candidates({ found, labels, outcomes, onLabel }: Props) {
  return (
    <ul className={classes.list} aria-label="Keys found">
      {found.map((one) =>
        one.ok ? (
          <KeyCard
            key={one.sha256}
            found={one}
            label={labels[one.sha256] ?? one.comment}
            outcome={outcomes[one.sha256]}
            onLabel={(label) => onLabel(one.sha256, label)}
          />
        ) : (
          <RefusedCard key={`refused ${one.at}`} found={one} />
        ),
      )}
    </ul>
  )
}

interface CardProps {
  found: FoundKey
  label: string
  outcome: Outcome | undefined
  onLabel: (label: string) => void
}

function KeyCard({ found, label, outcome, onLabel }: CardProps) {
  return (
    <li className={classes.card}>
      <div className={classes.head}>
        <span className={classes.kind}>{keyKind(found)}</span>
        <OutcomeTag outcome={outcome} />
      </div>
      <div className={`${classes.print} mono`}>{found.sha256}</div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre className={`${classes.line} mono`} tabIndex={0}>
        {found.line}
      </pre>
      {found.warnings.map(({ code, message }) => (
        <Text key={code} size="sm" c="var(--app-trouble)">
          {message}
        </Text>
      ))}
      <OutcomeWords outcome={outcome} />
      {outcome?.state !== 'added' && outcome?.state !== 'existed' && (
        <TextInput
          label="Label"
          placeholder="laptop"
          maxLength={limits.nameMaxLength}
          value={label}
          onChange={(event) => onLabel(event.currentTarget.value)}
        />
      )}
    </li>
  )
}

function RefusedCard({ found: { reason, remedy } }: { found: FoundRefusal }) {
  return (
    <li className={classes.card} data-refused>
      <Text size="sm" fw={600} c="var(--app-danger)">
        {reason}
      </Text>
      <Text size="sm">{remedy}</Text>
    </li>
  )
}
