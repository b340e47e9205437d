import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { KeyPolicy } from '../contract/public-key/types.ts'
import type { Store } from '../store/database.ts'

export interface DeviceKeysParts {
  store: Store
  audit: Pick<Audit, 'within'>
  clock: Clock
}

export interface PortalParts extends DeviceKeysParts {
  policy: KeyPolicy
}

/** A device as far as its keys are concerned. */
export interface KeyDevice {
  id: string
  projectId: string
  name: string
}
