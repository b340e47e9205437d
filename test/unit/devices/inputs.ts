import { deviceSettings } from '../../../server/contract/devices.ts'
import { type TransportConfig, transport } from '../../../server/contract/transports.ts'
import type { DeviceInput, DeviceRecord } from '../../../server/devices/record.ts'

export const ssh = transport.parse({ kind: 'ssh', host: '192.0.2.7', username: 'root' })
export const ipmi = transport.parse({ kind: 'ipmi-sol', host: '192.0.2.7', username: 'ADMIN' })
export const tcp = transport.parse({ kind: 'tcp', host: '192.0.2.7', port: 7001 })
export const command = transport.parse({ kind: 'command', argv: ['/bin/cat'] })
export const local: TransportConfig[] = [
  command,
  transport.parse({ kind: 'unix', path: '/run/console' }),
  transport.parse({ kind: 'tty', path: '/dev/ttyS0' }),
  transport.parse({ kind: 'demo', scene: 'box' }),
]

export function input(given: Partial<DeviceInput> = {}): DeviceInput {
  const settings = deviceSettings.parse({})
  const plain = { projectId: 'prj_one', name: 'web1', description: '', tags: [], enabled: true, settings }
  return { ...plain, transport: tcp, secrets: {}, ...given }
}

export function record(given: Partial<DeviceRecord> = {}): DeviceRecord {
  const { secrets: _, ...plain } = input()
  return {
    ...plain,
    id: 'dev_one',
    address: null,
    allowLocalTargets: false,
    createdAt: 1,
    updatedAt: 1,
    secretsKept: [],
    ...given,
  }
}
