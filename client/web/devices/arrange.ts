import { alarms, type Device } from '../../../server/contract/devices.ts'

export const sorts = ['name', 'attention', 'state', 'output'] as const
export type Sort = (typeof sorts)[number]

/** What the list shows, from the top: devices, under the names of their projects where they are grouped. */
export type Item =
  | { kind: 'device'; device: Device }
  | { kind: 'project'; id: string; name: string; devices: readonly Device[] }

/** Devices that come by name, in another order; of those alike, by name still. */
export function sortDevices(devices: readonly Device[], sort: Sort, now: number): readonly Device[] {
  if (sort === 'name') return devices
  const rank = ranks[sort]
  const ranked = devices.map((device) => ({ device, rank: rank(device, now) }))
  return ranked.sort((one, other) => one.rank - other.rank).map(({ device }) => device)
}

const second = 1000
/** Ages that count as one: what prints all the time would change places with its neighbours all the time. */
const ages = [15 * second, 60 * second, 300 * second, 3600 * second]

const ranks: Record<Exclude<Sort, 'name'>, (device: Device, now: number) => number> = {
  attention({ console: { attention, line } }) {
    if (attention) return alarms.indexOf(attention.alarm)
    return line.state === 'waiting' ? alarms.length : alarms.length + 1
  },
  state: ({ console: { line } }) => ['waiting', 'connecting', 'online', 'disabled'].indexOf(line.state),
  output({ console: { lastDataAt } }, now) {
    if (lastDataAt === null) return Number.MAX_SAFE_INTEGER
    const age = Math.max(0, now - lastDataAt)
    const near = ages.findIndex((limit) => age < limit)
    return near === -1 ? age : near
  },
}

/** One after the other, or each project's together, the projects by name. */
export function arrange(devices: readonly Device[], byProject: boolean): Item[] {
  if (!byProject) return devices.map((device) => ({ kind: 'device', device }))
  const projects = [...Map.groupBy(devices, ({ projectId }) => projectId)].map(([id, members]) => ({
    kind: 'project' as const,
    id,
    name: members[0]?.projectName ?? '',
    devices: members,
  }))
  return projects
    .sort((one, other) => one.name.localeCompare(other.name))
    .flatMap((project) => [
      project,
      ...project.devices.map((device) => ({ kind: 'device' as const, device })),
    ])
}
