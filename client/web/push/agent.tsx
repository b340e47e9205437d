import { Text } from '@mantine/core'
import type { Push } from '../../../server/contract/pushes.ts'
import { CopyBlock } from '../parts/copy-block.tsx'
import { Notice } from '../parts/notice.tsx'
import { Section } from '../parts/section.tsx'
import { clockTime } from '../words/time.ts'

interface Props {
  agent: Push['agent']
  /** Whose it is. */
  by: string
  /** What attaches it. */
  command: string
}

/** How the ssh agent stands that is to log in: what its owner has to do while it is waited for. */
export function AgentNotice({ agent, by, command }: Props) {
  if (agent === null || agent.state === 'ended' || agent.state === 'missed') return null
  if (agent.state === 'gone')
    return (
      <Notice tone="trouble" urgent title="The ssh agent is gone">
        lifeline-agent was ended, or lost its way here. What still waits for it fails; then try again.
      </Notice>
    )
  if (agent.state === 'attached')
    return (
      <Text size="sm" role="status">
        {agent.yours ? 'Your ssh agent' : `The ssh agent of ${by}`} is attached. It is asked for each login.
      </Text>
    )
  const until = agent.until === null ? '' : ` until ${clockTime(agent.until)}`
  if (!agent.yours) return <Text role="status">{`Waits for the ssh agent of ${by}${until}.`}</Text>
  return (
    <Section
      title="Waits for your ssh agent"
      description={`Run this where your agent is${until}. It needs a clone of Lifeline, Node.js 24, and an API token of yours in LIFELINE_TOKEN or in a file (--token-file).`}
    >
      <CopyBlock name="the command" text={command} wrap />
      <Text size="sm" c="dimmed">
        It says which login it signs, for which server, and ends with this. Add --key with a fingerprint where
        your agent has many keys.
      </Text>
    </Section>
  )
}
