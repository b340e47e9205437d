import { limits } from '../../../server/contract/limits.ts'
import { idsIn } from '../devices/ids.ts'

/** The wall is its address: which devices, in which order, so that it can be kept and sent to a colleague. */
export interface WallSearch {
  /** Ids, with commas between them. */
  devices?: string
}

/** Reads the address: what is no id is left out, and nothing comes twice. */
export function wallSearch({ devices }: Record<string, unknown>): WallSearch {
  return typeof devices === 'string' ? wallOf(idsOf({ devices })) : {}
}

export function idsOf({ devices }: WallSearch): string[] {
  return idsIn(devices).slice(0, limits.wallTiles)
}

/** The address of a wall of these, as many as fit. */
export function wallOf(ids: readonly string[]): WallSearch {
  return ids.length === 0 ? {} : { devices: ids.slice(0, limits.wallTiles).join(',') }
}

/** The ids with one of them moved by so many places, as far as there are places. */
export function moved(ids: readonly string[], one: string, by: number): string[] {
  const from = ids.indexOf(one)
  const to = Math.max(0, Math.min(ids.length - 1, from + by))
  if (from === -1 || from === to) return [...ids]
  const rest = ids.filter((other) => other !== one)
  return [...rest.slice(0, to), one, ...rest.slice(to)]
}
