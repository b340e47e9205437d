import { Text } from '@mantine/core'
import { CopyBlock } from '../parts/copy-block.tsx'
import { Section } from '../parts/section.tsx'
import type { Commands } from './commands.ts'

export function TerminalSection({ commands }: { commands: Commands }) {
  return (
    <Section title="Terminal" description="Linux, macOS, and PowerShell on Windows 10 and 11.">
      <CopyBlock name="the ssh command" text={commands.ssh} />
      <Text size="sm" c="dimmed">
        A key in another file than usual: add <code>-i</code> and its path.
      </Text>
    </Section>
  )
}
