import { keyFingerprint } from '../../../server/contract/keys.ts'
import { idsIn } from '../devices/ids.ts'
import { isName, listed, unlisted } from './listed.ts'

/** What is pushed where, as far as the address says. */
export interface PushSearch {
  /** Instead of putting the keys there. */
  act?: 'remove'
  /** Ids of devices, as `listed` writes them. */
  devices?: string
  /** Fingerprints of keys, in the same way. */
  keys?: string
}

/** Reads the address: what is no id and no fingerprint is left out. */
export function readPushSearch({ act, devices, keys }: Record<string, unknown>): PushSearch {
  return {
    ...(act === 'remove' ? { act } : {}),
    ...read('devices', devices, idsIn),
    ...read('keys', keys, (text) => text.split(',').filter(isFingerprint)),
  }
}

/** `act` on these devices: with these keys, or with those that each device hands out. */
export function pushTo(ids: readonly string[], keys: readonly string[] = []): PushSearch {
  return {
    ...(ids.length === 0 ? {} : { devices: listed(ids) }),
    ...(keys.length === 0 ? {} : { keys: listed(keys) }),
  }
}

/** Undefined when the address came from another tab, which alone knows them. */
export const devicesIn = ({ devices }: PushSearch): string[] | undefined =>
  devices === undefined ? [] : unlisted(devices)

export const keysIn = ({ keys }: PushSearch): string[] | undefined =>
  keys === undefined ? [] : unlisted(keys)

function read(name: 'devices' | 'keys', given: unknown, valid: (text: string) => string[]): PushSearch {
  if (typeof given !== 'string') return {}
  const text = isName(given) ? given : valid(given).join(',')
  return text === '' ? {} : { [name]: text }
}

const isFingerprint = (text: string): boolean => keyFingerprint.safeParse(text).success
