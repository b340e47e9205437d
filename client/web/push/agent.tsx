import { Text } from '@mantine/core'
import type { Push } from '../../../server/contract/pushes.ts'
import { CopyBlock } from '../parts/copy-block.tsx'
import { Notice } from '../parts/notice.tsx'
import { Section } from '../parts/section.tsx'
import { clockTime } from '../words/time.ts'

/** How the ssh agent stands that is to log in: what its owner has to do while the push waits for it. */
export function AgentNotice({ push: { id, agent, by } }: { push: Push }) {
  if (agent === null || agent.state === 'ended' || agent.state === 'missed') return null
  if (agent.state === 'gone')
    return (
      <Notice tone="trouble" urgent title="The ssh agent is gone">
        lifeline-agent was ended, or lost its way here. Servers that still wait fail; then try again.
      </Notice>
    )
  if (agent.state === 'attached')
    return (
      <Text size="sm" role="status">
        {agent.yours ? 'Your ssh agent' : `The ssh agent of ${by.name}`} is attached. It is asked for each
        login.
      </Text>
    )
  const until = agent.until === null ? '' : ` until ${clockTime(agent.until)}`
  if (!agent.yours) return <Text role="status">{`Waits for the ssh agent of ${by.name}${until}.`}</Text>
  return (
    <Section
      title="Waits for your ssh agent"
      description={`Run this where your agent is${until}. It needs a clone of Lifeline, Node.js 24, and an API token of yours in LIFELINE_TOKEN or in a file (--token-file).`}
    >
      <CopyBlock
        name="the command"
        text={`scripts/lifeline-agent ${window.location.origin} --push ${id}`}
        wrap
      />
      <Text size="sm" c="dimmed">
        It says which login it signs, for which server, and ends with the push. Add --key with a fingerprint
        where your agent has many keys.
      </Text>
    </Section>
  )
}
