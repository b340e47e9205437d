import { Menu } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import type { Device } from '../../../server/contract/devices.ts'
import type { Paste } from './use-paste.ts'

export function SendFileItem({ device, paste }: { device: Device; paste: Paste }) {
  return (
    <Menu.Item
      leftSection={<IconFileUpload size={16} stroke={1.6} />}
      disabled={!device.may.write}
      onClick={() => paste.setChoosing(true)}
    >
      Send a file…
    </Menu.Item>
  )
}
