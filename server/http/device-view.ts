import { can, type Principal } from '../access/can.ts'
import type { HeldConsole } from '../console/console.ts'
import type { Device } from '../contract/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'

/** A device as one principal sees it: what is in the inventory, what they may, and how its console stands. */
export function deviceView(device: DeviceRecord, principal: Principal, parts: ViewParts): Device {
  const { allowLocalTargets: _, secretsKept, ...rest } = device
  const resource = { kind: 'device', projectId: device.projectId } as const
  const may = (action: Parameters<typeof can>[1]): boolean => can(principal, action, resource) === 'yes'
  return {
    ...rest,
    secretsKept: [...secretsKept],
    projectName: parts.projectName(device.projectId),
    may: {
      edit: may('device.edit'),
      delete: may('device.delete'),
      write: may('console.write'),
      break: may('console.break'),
      force: may('console.force'),
      reconnect: may('device.reconnect'),
    },
    console: parts.console(device.id).summary(),
  }
}

export interface ViewParts {
  projectName(projectId: string): string
  console(deviceId: string): HeldConsole
}
