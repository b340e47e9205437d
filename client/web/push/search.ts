/** What is pushed where, as far as the address says. */
export interface PushSearch {
  /** Instead of putting the key there. */
  act?: 'remove'
  /** Ids of devices, with commas between them. */
  devices?: string
  /** The fingerprint of the one key. */
  key?: string
}

const id = /^[a-z]+_[a-z2-7]{20}$/
const fingerprint = /^SHA256:[A-Za-z0-9+/]{43}$/

/** Reads the address: what is no id and no fingerprint is left out. */
export function readPushSearch({ act, devices, key }: Record<string, unknown>): PushSearch {
  return {
    ...(act === 'remove' ? { act } : {}),
    ...(typeof devices === 'string' ? pushTo(idsIn({ devices })) : {}),
    ...(typeof key === 'string' && fingerprint.test(key) ? { key } : {}),
  }
}

export function idsIn({ devices = '' }: PushSearch): string[] {
  return [...new Set(devices.split(','))].filter((text) => id.test(text))
}

export function pushTo(ids: readonly string[]): PushSearch {
  return ids.length === 0 ? {} : { devices: ids.join(',') }
}
