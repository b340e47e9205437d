import { Text } from '@mantine/core'
import type { Provisioning } from '../../../server/contract/provision.ts'
import { LineBadge } from '../parts/line-badge.tsx'
import { useNow } from '../parts/now.ts'
import { dateTime } from '../words/time.ts'
import classes from './first-boot.module.css'
import { provisioningWords } from './words.ts'

/** Where a provisioning stands, and when it came to each step. */
export function Steps({ provisioning }: { provisioning: Provisioning }) {
  const { tone, word, about } = provisioningWords(provisioning, useNow())
  const { state, createdAt, createdBy, fetchedAt, fetchedFrom, endedAt } = provisioning
  const steps = [
    { name: 'Marked', at: createdAt, by: `by ${createdBy}` },
    { name: 'Fetched by a machine', at: fetchedAt, by: fetchedFrom === null ? '' : `from ${fetchedFrom}` },
    { name: state === 'fetched' || state === 'waiting' ? 'Up' : word, at: endedAt, by: '' },
  ]
  return (
    <div className={classes.state}>
      <div role="status">
        <LineBadge tone={tone} word={word} soft />
        <Text size="sm" mt={6}>
          {about}
        </Text>
      </div>
      <ol className={classes.steps}>
        {steps.map(({ name, at, by }) => (
          <li key={name} data-done={at !== null || undefined}>
            <b>{name}</b>
            <Text size="sm" c="dimmed" className="numbers">
              {at === null ? 'not yet' : `${dateTime(at).slice(0, 16)} ${by}`}
            </Text>
          </li>
        ))}
      </ol>
    </div>
  )
}
