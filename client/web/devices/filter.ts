import type { Device } from '../../../server/contract/devices.ts'
import type { LineState } from '../../../server/contract/line.ts'
import { alarmWords, wantsAttention } from '../words/attention.ts'
import { troubleWord } from '../words/line.ts'

/** The groups the list counts and filters by. `trouble` is everything enabled that is not up; `attention` overlaps with the others. */
export const groups = ['attention', 'online', 'trouble', 'disabled'] as const
export type Group = (typeof groups)[number]

function isOf(group: Group, { console }: Device): boolean {
  if (group === 'attention') return wantsAttention(console)
  const { state } = console.line
  return group === (state === 'online' || state === 'disabled' ? state : 'trouble')
}

/** Devices that hold every word of the query in their name, project, description, tags, address, state or alarm, in the order given. */
export function filterDevices(devices: readonly Device[], query: string, group?: Group): Device[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return devices.filter((device) => {
    if (group !== undefined && !isOf(group, device)) return false
    if (words.length === 0) return true
    const text = searchedText(device)
    return words.every((word) => text.includes(word))
  })
}

export function countGroups(devices: readonly Device[]): Record<Group, number> {
  const counts = { attention: 0, online: 0, trouble: 0, disabled: 0 }
  for (const device of devices) {
    for (const group of groups) if (isOf(group, device)) counts[group]++
  }
  return counts
}

/** A device that did not change is the same object, so that typing searches text that was put together before. */
const texts = new WeakMap<Device, string>()

function searchedText(device: Device): string {
  const known = texts.get(device)
  if (known !== undefined) return known
  const { name, projectName, description, tags, address, console } = device
  const alarm = console.attention ? alarmWords[console.attention.alarm] : ''
  const fields = [
    name,
    projectName,
    description,
    ...tags.map((tag) => `#${tag}`),
    address ?? '',
    alarm,
    ...stateText(console.line),
  ]
  const text = fields.join('\n').toLowerCase()
  texts.set(device, text)
  return text
}

function stateText(line: LineState): string[] {
  if (line.state !== 'waiting') return [line.state]
  return ['waiting', troubleWord(line.cause.code), line.cause.message]
}
