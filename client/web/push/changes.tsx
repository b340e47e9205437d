import { Stack, Text } from '@mantine/core'
import type { Push } from '../../../server/contract/pushes.ts'
import { CopyBlock } from '../parts/copy-block.tsx'

type Change = Push['devices'][number]['changes'][number]

/** What a dry run would do to each file, line by line. */
export function Changes({ changes }: { changes: Change[] }) {
  return changes.map((change) => (
    <Stack key={change.path} gap={4}>
      <Text size="sm">What would change in {change.path}:</Text>
      <CopyBlock name={`the changes of ${change.path}`} text={linesOf(change).join('\n')} />
    </Stack>
  ))
}

function linesOf({ added, taken, tightened }: Change): string[] {
  return [
    ...tightened.map((path) => `chmod go-w ${path}`),
    ...taken.map(({ number, text }) => `- ${number}: ${text}`),
    ...added.map((line) => `+ ${line}`),
  ]
}
