import { type Sort, sorts } from './arrange.ts'
import { type Group, groups } from './filter.ts'

/** What the address of the list says of how it is shown. */
export interface DeviceSearch {
  q?: string
  state?: Group
  sort?: Sort
  by?: 'project'
  power?: 'shown'
}

export function readDeviceSearch({ q, state, sort, by, power }: Record<string, unknown>): DeviceSearch {
  const group = oneOf(groups, state)
  const order = oneOf(sorts, sort)
  return {
    // The address writes a number for a query that is one.
    ...((typeof q === 'string' && q !== '') || typeof q === 'number' ? { q: String(q) } : {}),
    ...(group ? { state: group } : {}),
    ...(order && order !== 'name' ? { sort: order } : {}),
    ...(by === 'project' ? { by } : {}),
    ...(power === 'shown' ? { power } : {}),
  }
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((one) => one === value)
}
