import type { Clock, Timer } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'

interface Waiting {
  id: string
  /** Milliseconds since the epoch. */
  until: number
}

/** What waits for somebody's say, at most one for each device, each until its time is over. */
export interface WaitingRoom<T extends Waiting> extends Closable {
  enter(deviceId: string, one: T): void
  /** The one that waits, unless its time is over by the wall clock: no timer runs while a machine sleeps. */
  find(deviceId: string): T | undefined
  /** Takes it out for whoever decides: who comes second finds nothing. */
  leave(deviceId: string): void
  all(): T[]
}

/** `lapsed` is told once of each whose time is over, after it has left. */
export function createWaitingRoom<T extends Waiting>(
  clock: Clock,
  lapsed: (deviceId: string, one: T) => void,
): WaitingRoom<T> {
  const waiting = new Map<string, { one: T; timer: Timer }>()
  const leave = (deviceId: string): void => {
    waiting.get(deviceId)?.timer.cancel()
    waiting.delete(deviceId)
  }
  return {
    enter(deviceId, one) {
      leave(deviceId)
      const timer = clock.after(Math.max(0, one.until - clock.now()), () => {
        leave(deviceId)
        lapsed(deviceId, one)
      })
      waiting.set(deviceId, { one, timer })
    },
    find(deviceId) {
      const one = waiting.get(deviceId)?.one
      return one !== undefined && one.until > clock.now() ? one : undefined
    },
    leave,
    all: () => [...waiting.values()].map(({ one }) => one),
    async close() {
      for (const deviceId of [...waiting.keys()]) leave(deviceId)
    },
  }
}
