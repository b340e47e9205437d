import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconEyeOff } from '@tabler/icons-react'
import type { Device } from '../../../server/contract/devices.ts'
import type { Marked } from '../../../server/contract/provision.ts'
import { CopyBlock } from '../parts/copy-block.tsx'
import { Notice } from '../parts/notice.tsx'
import { dateTime } from '../words/time.ts'

interface Props {
  device: Device
  marked: Marked
  onClose: () => void
}

/** The address in the one answer that has it. Only the button leaves it, so that no stray click loses it. */
export function AddressDialog({ device, marked, onClose }: Props) {
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<Text fw={600}>How {device.name} gets its keys</Text>}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Text size="sm">
          Boot an image with cloud-init with this on the kernel’s command line. With iPXE or Tinkerbell,
          append it to the kernel’s arguments.
        </Text>
        <CopyBlock name="the kernel argument" text={marked.kernelArgument} wrap />
        <Text size="sm">Other tools fetch from the address itself:</Text>
        <CopyBlock name="the address" text={marked.address} wrap />
        <Notice tone="trouble" icon={IconEyeOff} title="It is shown this once">
          Whoever has the address gets what the machine gets, until{' '}
          {dateTime(marked.provisioning.expiresAt).slice(0, 16)} or until the machine is up. Lost? Make a new
          one; this one then stops working.
        </Notice>
        <Group justify="flex-end">
          <Button onClick={onClose}>I have it</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
