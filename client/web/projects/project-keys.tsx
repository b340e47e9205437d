import { Group } from '@mantine/core'
import { useState } from 'react'
import type { Project } from '../../../server/contract/access.ts'
import { AddMenu, type KeyDialog, KeyDialogs } from '../keys/add-menu.tsx'
import { KeyList } from '../keys/list/list.tsx'
import { Section } from '../parts/section.tsx'

/** Keys that belong to the project and to nobody in it. */
export function ProjectKeys({ project, manages }: { project: Project; manages: boolean }) {
  const [dialog, setDialog] = useState<KeyDialog | null>(null)
  const owner = { kind: 'project' as const, id: project.id, name: project.name }
  return (
    <Section
      title="SSH keys"
      description="Keys of the project itself. They belong on each of its servers, whoever comes and goes; members’ own keys come on top."
    >
      <KeyList owner={owner} mayAdd={manages} onDialog={setDialog} />
      {manages && (
        <Group gap="xs">
          <AddMenu onDialog={setDialog} />
        </Group>
      )}
      <KeyDialogs owner={owner} comment={project.name} dialog={dialog} onDialog={setDialog} />
    </Section>
  )
}
