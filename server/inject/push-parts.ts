import type { Access } from '../access/access.ts'
import type { Principal } from '../access/can.ts'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Attachment, ViewerPermissions } from '../console/console.ts'
import type { Consoles } from '../console/consoles.ts'
import type { Devices } from '../devices/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { DeviceKeys } from '../keys/device-keys.ts'
import type { Jobs } from '../operator/jobs.ts'
import type { Store } from '../store/database.ts'
import type { Vault } from '../vault/vault.ts'

export interface PushesParts {
  store: Store
  audit: Audit
  access: Pick<Access, 'renew'>
  devices: Pick<Devices, 'find'>
  consoles: Pick<Consoles, 'get'>
  jobs: Pick<Jobs, 'operate'>
  vault: Pick<Vault, 'use' | 'keep'>
  deviceKeys: Pick<
    DeviceKeys,
    'handedOut' | 'seen' | 'pushed' | 'recordRead' | 'recordFound' | 'recordPushed'
  >
  /** Fingerprint of the host key of a device's own SSH server that is proved or accepted. */
  hostKeyOf(deviceId: string): Promise<string | undefined>
  /** `type base64` was read on the device's console. */
  hostKeyHeard(device: DeviceRecord, line: string): Promise<void>
  /** How many devices at the same time. */
  atOnce: number
  clock: Clock
  log: Log
}

/** What viewers of the operator need of whoever keeps the rights of viewers. */
export interface Seats {
  permissionsOf(principal: Principal, projectId: string): ViewerPermissions
  /** Has the viewer's rights renewed until the function returned is called. */
  follow(seat: { principal: Principal; device: DeviceRecord; attachment: Attachment }): () => void
}

export interface PushCaller {
  principal: Principal
  seats: Seats
}
