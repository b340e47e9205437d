import type { EditDevice, NewDevice } from '../contract/devices.ts'
import type { DeviceSecretName } from '../contract/transports.ts'
import type { StoredDevice } from '../store/devices.ts'
import type { DeviceSecrets, SecretChanges } from './secrets.ts'

/** A device with the names of the credentials that are kept for it. Never changed in place: an edit makes a new one. */
export interface DeviceRecord extends StoredDevice {
  secretsKept: readonly DeviceSecretName[]
}

/** contract/devices.ts `newDevice`, its secrets hidden. */
export type DeviceInput = Omit<NewDevice, 'secrets'> & { secrets: DeviceSecrets }

/** contract/devices.ts `editDevice`, its secrets hidden. */
export type DeviceEdit = Omit<EditDevice, 'secrets'> & { secrets?: SecretChanges }
