import { Menu } from '@mantine/core'
import type { Device } from '../../../server/contract/devices.ts'
import type { PowerView } from '../../../server/contract/power.ts'
import { canOrder, offeredActs } from './acts.ts'
import { useOrder } from './use-order.tsx'

/** What can be done to a machine's power, as the items of a menu. */
export function ActItems({ device, power }: { device: Device; power: PowerView }) {
  const order = useOrder(device)
  return offeredActs.map((offered) => (
    <Menu.Item
      key={offered.label}
      disabled={!power.may.act || !canOrder(offered, power)}
      {...(offered.harsh && { c: 'var(--app-danger)' })}
      onClick={() => order(offered)}
    >
      {offered.label}…
    </Menu.Item>
  ))
}
