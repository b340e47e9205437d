import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconDownload, IconEyeOff } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { CopyBlock } from '../../parts/copy-block.tsx'
import { Notice } from '../../parts/notice.tsx'
import { saveFile } from '../../parts/save-file.ts'
import { keepUnix, keepWindows } from '../commands.ts'
import type { MadeKey } from './make-key.ts'

interface Props {
  made: MadeKey
  onClose: () => void
  onDone: () => void
}

const files = [
  { name: 'id_ed25519', label: 'For OpenSSH', of: ({ openSsh }: MadeKey) => openSsh },
  { name: 'id_ed25519.ppk', label: 'For PuTTY', of: ({ ppk }: MadeKey) => ppk },
]

/** The key as it was made: its files to save, then on to the portal with its public half. */
export function Made({ made, onClose, onDone }: Props) {
  const [saved, setSaved] = useState(false)
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {files.map(({ name, label, of }) => (
          <Button
            key={name}
            variant="default"
            h={58}
            leftSection={<IconDownload size={18} />}
            onClick={() => {
              saveFile(name, of(made))
              setSaved(true)
            }}
          >
            <span style={{ textAlign: 'left', lineHeight: 1.35 }}>
              {label}
              <Text span size="xs" c="dimmed" display="block" className="mono">
                {name}
              </Text>
            </span>
          </Button>
        ))}
      </SimpleGrid>
      <Text size="sm">
        Move the file for OpenSSH into <b>.ssh</b> in your home folder, where nobody else may read it. PuTTY’s
        may lie anywhere; its settings name it.
      </Text>
      <Part name="Linux and macOS">
        <CopyBlock name="the commands for Linux and macOS" text={keepUnix} wrap />
      </Part>
      <Part name="Windows, in PowerShell">
        <CopyBlock name="the commands for Windows" text={keepWindows} wrap />
      </Part>
      <Part name="Public key">
        <CopyBlock name="the public key" text={made.line} wrap />
      </Part>
      <Notice tone="trouble" icon={IconEyeOff}>
        The private key is in this dialog alone. Once it closes, only the file you saved has it.
      </Notice>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Throw it away
        </Button>
        <Button disabled={!saved} onClick={onDone}>
          Saved, add the public key
        </Button>
      </Group>
    </Stack>
  )
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={550} mb={4}>
        {name}
      </Text>
      {children}
    </div>
  )
}
