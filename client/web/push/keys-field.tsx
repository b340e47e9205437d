import { Checkbox, Stack, Text } from '@mantine/core'
import type { EffectiveKey } from '../../../server/contract/keys.ts'
import { reasonWords } from '../device-keys/words.ts'
import { KeyFace } from '../parts/key-face.tsx'
import classes from './push.module.css'

interface Props {
  /** That the device hands out. */
  keys: EffectiveKey[]
  /** Not all of them are shown: those beyond go along with `all` only. */
  more: boolean
  chosen: 'all' | string[]
  error: string | undefined
  onChange: (chosen: 'all' | string[]) => void
}

/** Which of a device's keys are pushed: all, until somebody takes one out. */
export function KeysField({ keys, more, chosen, error, onChange }: Props) {
  const shown = keys.map(({ sha256 }) => sha256)
  const ticked = chosen === 'all' ? shown : chosen
  const toggle = (sha256: string, on: boolean) => {
    const next = shown.filter((one) => (one === sha256 ? on : ticked.includes(one)))
    onChange(next.length === shown.length ? 'all' : next)
  }
  return (
    <Stack gap="xs">
      <ul className={classes.keys} aria-label="Keys to push">
        {keys.map(({ sha256, comment, reasons, ...facts }) => {
          const [first] = reasons
          const name = first?.label ?? comment
          return (
            <li key={sha256}>
              <Checkbox
                checked={ticked.includes(sha256)}
                aria-label={`Push ${name}`}
                onChange={(event) => toggle(sha256, event.currentTarget.checked)}
              />
              <div>
                <KeyFace name={name} facts={{ ...facts, sha256 }} />
                <Text size="sm" c="dimmed">
                  {reasons.map(reasonWords).join('; ')}
                </Text>
              </div>
            </li>
          )
        })}
      </ul>
      {more && chosen === 'all' && (
        <Text size="sm" c="dimmed">
          There are more than are shown here. All of them are pushed as long as all of these are ticked.
        </Text>
      )}
      {error && (
        <Text size="sm" c="var(--app-danger)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  )
}
