import { Text } from '@mantine/core'
import { CopyBlock } from '../parts/copy-block.tsx'
import { Section } from '../parts/section.tsx'
import type { Commands } from './commands.ts'

export function ConfigSection({ name, commands }: { name: string; commands: Commands }) {
  return (
    <Section
      title="ssh_config"
      description={
        <>
          In <code>~/.ssh/config</code>. From then on <code>ssh {name}</code> is enough, for scp, rsync and
          git too.
        </>
      }
    >
      <CopyBlock name="the ssh_config block" text={commands.config} />
      <Text size="sm" c="dimmed">
        Change <code>IdentityFile</code> where your key is another file.
      </Text>
    </Section>
  )
}
