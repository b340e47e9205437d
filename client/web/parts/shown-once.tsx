import { ActionIcon, Button, CopyButton, Group, Modal, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconEyeOff } from '@tabler/icons-react'
import { Notice } from './notice.tsx'

interface Props {
  title: string
  label: string
  secret: string
  /** What to do with it. */
  children: React.ReactNode
  onClose: () => void
}

/** A secret in the one answer that has it. It leaves only by the button, so that no stray click loses it. */
export function ShownOnce({ title, label, secret, children, onClose }: Props) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={<Text fw={600}>{title}</Text>}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Text size="sm">{children}</Text>
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput
            flex={1}
            label={label}
            readOnly
            value={secret}
            onFocus={(event) => event.currentTarget.select()}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Tooltip label={copied ? 'Copied' : 'Copy'}>
                <ActionIcon
                  variant="default"
                  size={36}
                  aria-label={copied ? 'Copied' : `Copy ${label.toLowerCase()}`}
                  onClick={copy}
                >
                  {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        </Group>
        <Notice tone="trouble" icon={IconEyeOff}>
          It is shown this once. The gateway keeps only a hash of it.
        </Notice>
        <Group justify="flex-end">
          <Button onClick={onClose}>I have it</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
