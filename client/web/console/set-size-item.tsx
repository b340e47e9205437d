import { Menu } from '@mantine/core'
import { IconDimensions } from '@tabler/icons-react'
import type { Device } from '../../../server/contract/devices.ts'
import type { Live } from './use-console.ts'

/** Has the gateway tell the shell how large the console is: nothing on a serial line does that. */
export function SetSizeItem({ device, live }: { device: Device; live: Live | null }) {
  const { rows, cols } = device.settings.size
  const set = () => {
    live?.session.say({ type: 'set-size' })
    live?.terminal.focus()
  }
  return (
    <Menu.Item
      leftSection={<IconDimensions size={16} stroke={1.6} />}
      disabled={!device.may.write}
      title={`Types stty rows ${rows} cols ${cols} where a shell prompt stands`}
      onClick={set}
    >
      Tell the shell {cols}×{rows}
    </Menu.Item>
  )
}
