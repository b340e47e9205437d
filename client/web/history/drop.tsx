import { Popover } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { ToolButton } from './tool-button.tsx'

interface Props {
  name: string
  icon: Icon
  width: number
  /** Given what closes it. */
  children: (close: () => void) => ReactNode
}

/** A tool of several fields, which open under its button. */
export function Drop({ name, icon, width, children }: Props) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus width={width} position="bottom-end" shadow="md">
      <Popover.Target>
        <ToolButton icon={icon} onClick={() => setOpened(!opened)}>
          {name}
        </ToolButton>
      </Popover.Target>
      <Popover.Dropdown>{children(() => setOpened(false))}</Popover.Dropdown>
    </Popover>
  )
}
