import { Text } from '@mantine/core'
import { CopyBlock } from '../parts/copy-block.tsx'
import { Section } from '../parts/section.tsx'
import type { Commands } from './commands.ts'
import classes from './connect.module.css'

interface Props {
  name: string
  address: string
  commands: Commands
}

/** PuTTY's own places, in the order of its tree of settings from the top. */
export function PuttySection({ name, address, commands }: Props) {
  const settings = [
    { place: 'Session', field: 'Host Name (or IP address)', value: address },
    { place: 'Session', field: 'Port, Connection type', value: '22, SSH' },
    { place: 'Connection > Data', field: 'Auto-login username', value: 'root' },
    {
      place: 'Connection > SSH > Auth',
      field: 'Private key file for authentication',
      value: 'your .ppk file',
      more: 'From PuTTY 0.78 on it is one step further, under Auth > Credentials.',
    },
    {
      place: 'Session',
      field: 'Saved Sessions',
      value: name,
      more: 'Save, so that next time is two clicks.',
    },
  ]
  return (
    <Section title="PuTTY" description="In its window, or in one line where PuTTY is on the path.">
      <ol className={classes.steps}>
        {settings.map(({ place, field, value, more }) => (
          <li key={place + field}>
            <span className={classes.place}>{place}</span>
            <span>
              {field}: <b className="mono">{value}</b>
              {more && (
                <Text size="sm" c="dimmed">
                  {more}
                </Text>
              )}
            </span>
          </li>
        ))}
      </ol>
      <CopyBlock name="the PuTTY command" text={commands.putty} />
      <Text size="sm" c="dimmed">
        In a script, the same with <code>plink</code>: <code>{commands.plink}</code>
      </Text>
    </Section>
  )
}
