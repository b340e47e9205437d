import { Anchor, Radio, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { Section } from '../parts/section.tsx'
import { StartForm } from './start-form.tsx'

const answers = [
  { value: 'password', label: 'The root password, or Lifeline still keeps it' },
  { value: 'key', label: 'A key that still opens it over ssh' },
  { value: 'session', label: 'Root is logged in on its console' },
  { value: 'nothing', label: 'Nothing of these' },
] as const
type Answer = (typeof answers)[number]['value']

/** The one question that matters, and the gentlest way for its answer. */
export function StillHave({ device }: { device: Device }) {
  const [answer, setAnswer] = useState<Answer>()
  return (
    <>
      <Section title="What do you still have?">
        <Radio.Group
          aria-label="What do you still have?"
          value={answer ?? ''}
          onChange={(value) => setAnswer(answers.find((one) => one.value === value)?.value)}
        >
          <Stack gap="sm">
            {answers.map(({ value, label }) => (
              <Radio key={value} value={value} label={label} />
            ))}
          </Stack>
        </Radio.Group>
      </Section>
      {answer !== undefined && answer !== 'nothing' && <Gentle device={device} answer={answer} />}
      {answer === 'nothing' && <StartForm device={device} />}
    </>
  )
}

function Gentle({ device: { id }, answer }: { device: Device; answer: Exclude<Answer, 'nothing'> }) {
  return (
    <Section title="Then nothing has to be restarted">
      <Text>{gentleWords[answer]}</Text>
      <Text>
        <Anchor renderRoot={(props) => <Link to="/devices/$id/root-password" params={{ id }} {...props} />}>
          Root password
        </Anchor>
      </Text>
    </Section>
  )
}

const gentleWords: Record<Exclude<Answer, 'nothing'>, string> = {
  password:
    'Under Root password, “Set a new one…” logs in on the console with it, gives the server another, and proves that it opens the console.',
  key: 'Under Root password, “Set a new one…” over SSH logs in as root with a key of your ssh agent, which stays where it is, gives the server another password, and proves it.',
  session:
    'Under Root password, “Set a new one…” with “By root’s session that is open on the console”. Whoever types there is asked, and has to agree.',
}
