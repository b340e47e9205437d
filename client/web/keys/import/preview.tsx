import { Checkbox, Text } from '@mantine/core'
import type { ImportPreview } from '../../../../server/contract/keys.ts'
import { Tag } from '../../parts/tag.tsx'
import { keyKind } from '../../words/key.ts'
import classes from '../add/candidate.module.css'
import { OutcomeTag, OutcomeWords } from '../add/outcome.tsx'
import type { Outcome } from '../add/use-adding.ts'

export type PreviewedKey = Extract<ImportPreview['found'][number], { ok: true }>

interface Props {
  found: ImportPreview['found']
  outcomes: Record<string, Outcome>
  /** Fingerprints. */
  chosen: string[]
  onChosen: (chosen: string[]) => void
}

/** What was fetched, line by line, each with a box to take it. */
export function Preview({ found, outcomes, chosen, onChosen }: Props) {
  const toggle = (sha256: string) =>
    onChosen(chosen.includes(sha256) ? chosen.filter((one) => one !== sha256) : [...chosen, sha256])
  return (
    <ul className={classes.list} aria-label="Keys at the address">
      {found.map((one) =>
        one.ok ? (
          <li key={one.sha256} className={classes.card}>
            <div className={classes.head}>
              <Checkbox
                label={keyKind(one)}
                checked={!one.existed && chosen.includes(one.sha256)}
                disabled={one.existed}
                onChange={() => toggle(one.sha256)}
              />
              {one.existed ? <Tag>Is there already</Tag> : <OutcomeTag outcome={outcomes[one.sha256]} />}
            </div>
            <div className={`${classes.print} mono`}>
              {one.sha256} {one.comment}
            </div>
            {one.warnings.map(({ code, message }) => (
              <Text key={code} size="sm" c="var(--app-trouble)">
                {message}
              </Text>
            ))}
            <OutcomeWords outcome={outcomes[one.sha256]} />
          </li>
        ) : (
          <li key={`line ${one.at}`} className={classes.card} data-refused>
            <Text size="sm" fw={600} c="var(--app-danger)">
              Line {one.at}: {one.refusal.reason}
            </Text>
            <Text size="sm">{one.refusal.remedy}</Text>
          </li>
        ),
      )}
    </ul>
  )
}
