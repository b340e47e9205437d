import type { Gap } from '../../contract/console.ts'
import type { SavedState } from './state-file.ts'

/** What was found on disk when a history is opened. */
export interface Found {
  /** Up to here everything is on disk or a recorded gap; 0 when there is nothing. */
  diskEnd: number
  /** Wall time of the last write to it, ms. */
  lastAt: number
  state: SavedState | undefined
  /** Whether there is anything at all. */
  known: boolean
}

/**
 * The state file is not synced, so after a power failure it may be half a minute old (how long Linux keeps a dirty page). In that time
 * it may have been written a few times, each time with at most double the reserve.
 */
const reservesLostWithPower = 16

/** Where the state file is missing although there is history, nobody knows how much viewers have seen. */
const withoutState = 64 * 1024 * 1024

/**
 * Where history goes on after the gateway was down, and the gaps that tell why it does not stand where the disk ends.
 * No offset that a viewer may have been shown is ever used again.
 */
export function resumeHistory(found: Found, boot: string, now: number): { next: number; gaps: Gap[] } {
  if (!found.known) return { next: 0, gaps: [] }
  const { state, diskEnd } = found
  const startedAt = Math.min(now, Math.max(found.lastAt, state?.at ?? 0))
  const times = { startedAt, endedAt: now }
  if (state?.clean === true) {
    const next = Math.max(state.reserved, diskEnd)
    const down: Gap = { from: next, to: next, ...times, cause: 'gateway-down' }
    if (next === 0) return { next, gaps: [] }
    if (next === diskEnd) return { next, gaps: [down] }
    return { next, gaps: [{ from: diskEnd, to: next, ...times, cause: 'not-recorded' }, down] }
  }
  const next = Math.max(diskEnd, shownBefore(found, boot))
  return { next, gaps: [{ from: diskEnd, to: next, ...times, cause: 'gateway-killed' }] }
}

function shownBefore({ diskEnd, state }: Found, boot: string): number {
  if (state === undefined) return diskEnd + withoutState
  return state.reserved + (state.boot === boot ? 0 : reservesLostWithPower * state.ahead)
}
