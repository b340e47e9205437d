import type { Device, DeviceChanges } from '../../../server/contract/devices.ts'

/** Takes changes into what is known. Returns whether the order by name may be another now. */
export function withChanges(known: Map<string, Device>, changes: DeviceChanges): boolean {
  for (const id of changes.removed) known.delete(id)
  for (const device of changes.devices) known.set(device.id, device)
  for (const { id, console } of changes.consoles) {
    const device = known.get(id)
    // Only the fields that are named are there, and those are whole.
    if (device) known.set(id, { ...device, console: { ...device.console, ...defined(console) } })
  }
  return changes.removed.length + changes.devices.length > 0
}

/** `web-2` before `web-10`. */
const collator = new Intl.Collator('en', { numeric: true })

export function byName(one: Device, other: Device): number {
  return collator.compare(one.name, other.name)
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function defined<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
}
