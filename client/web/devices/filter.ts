import type { Device } from '../../../server/contract/devices.ts'
import type { LineState } from '../../../server/contract/line.ts'
import { troubleWord } from '../words/line.ts'

/** The groups the list counts and filters by. `trouble` is everything enabled that is not up. */
export const groups = ['online', 'trouble', 'disabled'] as const
export type Group = (typeof groups)[number]

function groupOf(line: LineState): Group {
  if (line.state === 'online' || line.state === 'disabled') return line.state
  return 'trouble'
}

/** Devices that hold every word of the query in their name, project, description, address or state, by name. */
export function filterDevices(devices: readonly Device[], query: string, group?: Group): Device[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return devices
    .filter((device) => group === undefined || groupOf(device.console.line) === group)
    .filter((device) => {
      const text = searchedText(device)
      return words.every((word) => text.includes(word))
    })
    .sort(byName)
}

export function countGroups(devices: readonly Device[]): Record<Group, number> {
  const counts = { online: 0, trouble: 0, disabled: 0 }
  for (const device of devices) counts[groupOf(device.console.line)]++
  return counts
}

/** `web-2` before `web-10`. */
const collator = new Intl.Collator('en', { numeric: true })

function byName(one: Device, other: Device): number {
  return collator.compare(one.name, other.name)
}

function searchedText(device: Device): string {
  const { name, projectName, description, address, console } = device
  return [name, projectName, description, address ?? '', ...stateText(console.line)].join('\n').toLowerCase()
}

function stateText(line: LineState): string[] {
  if (line.state !== 'waiting') return [line.state]
  return ['waiting', troubleWord(line.cause.code), line.cause.message]
}
