import { can, type Principal } from '../access/can.ts'
import type { HeldConsole } from '../console/console.ts'
import type { Device } from '../contract/devices.ts'
import type { TransportConfig } from '../contract/transports.ts'
import type { DeviceRecord } from '../devices/record.ts'

/** A device as one principal sees it: what is in the inventory, what they may, and how its console stands. */
export function deviceView(device: DeviceRecord, principal: Principal, parts: ViewParts): Device {
  const { allowLocalTargets: _, secretsKept, ...rest } = device
  const resource = { kind: 'device', projectId: device.projectId } as const
  const may = (action: Parameters<typeof can>[1]): boolean => can(principal, action, resource) === 'yes'
  return {
    ...rest,
    transport: may('device.edit') ? rest.transport : withoutArguments(rest.transport),
    tags: [...device.tags],
    secretsKept: [...secretsKept],
    projectName: parts.projectName(device.projectId),
    may: {
      edit: may('device.edit'),
      delete: may('device.delete'),
      write: may('console.write'),
      break: may('console.break'),
      force: may('console.force'),
      reconnect: may('device.reconnect'),
      setPassword: may('password.set'),
    },
    console: parts.console(device.id).summary(),
  }
}

/** What is run, without with what: an argument may be a password, and only who changes a device needs to read it. */
function withoutArguments(transport: TransportConfig): TransportConfig {
  if (transport.kind === 'command') return { ...transport, argv: transport.argv.slice(0, 1) }
  if (transport.kind !== 'ssh') return transport
  const { startCommand: _, ...rest } = transport
  return rest
}

export interface ViewParts {
  projectName(projectId: string): string
  console(deviceId: string): HeldConsole
}
