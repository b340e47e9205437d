import { keyFingerprint } from '../../../server/contract/keys.ts'
import { idsIn } from '../devices/ids.ts'

/** What is pushed where, as far as the address says. */
export interface PushSearch {
  /** Instead of putting the key there. */
  act?: 'remove'
  /** Ids of devices, with commas between them. */
  devices?: string
  /** The fingerprint of the one key. */
  key?: string
}

/** Reads the address: what is no id and no fingerprint is left out. */
export function readPushSearch({ act, devices, key }: Record<string, unknown>): PushSearch {
  return {
    ...(act === 'remove' ? { act } : {}),
    ...(typeof devices === 'string' ? pushTo(idsIn(devices)) : {}),
    ...(typeof key === 'string' && keyFingerprint.safeParse(key).success ? { key } : {}),
  }
}

export function pushTo(ids: readonly string[]): PushSearch {
  return ids.length === 0 ? {} : { devices: ids.join(',') }
}
